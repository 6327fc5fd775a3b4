"""Draw the boot of profiles/web.yaml, as `assembler inspect --html` draws it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from assembler.rendering.waterfall import STYLE

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "images" / "boot.svg"
INSPECT = ["-m", "assembler", "inspect", "profiles/web.yaml", "--runs", "3", "--html"]
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="waterfall" \\1>\n'
    "<style>\n{style}</style>\n"
    '<rect width="100%" height="100%" style="fill: var(--paper)"/>'
)


def main() -> int:
    """Write the picture."""
    with TemporaryDirectory() as folder:
        page = Path(folder, "boot.html")
        subprocess.run([sys.executable, *INSPECT, page], cwd=ROOT, check=True)  # noqa: S603 - ours
        PICTURE.write_text(build_picture(page.read_text("utf-8")), "utf-8")
    return 0


def build_picture(page: str) -> str:
    """Return the first drawing of a page as a file of its own, without its links."""
    (drawing,) = re.findall(r'<svg class="waterfall".*?</svg>', page, re.DOTALL)[:1]
    drawing = re.sub(r'<svg class="waterfall" ([^>]*)>', HEAD.format(style=STYLE), drawing)
    drawing = re.sub(r'<a href="[^"]*"( class=critical)?', r"<a\1", drawing)
    drawing = drawing.replace("class=critical", 'class="critical"')
    return re.sub(r"<(/?)a\b", r"<\1g", drawing) + "\n"


if __name__ == "__main__":
    sys.exit(main())
