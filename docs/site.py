"""Build the documentation as a site; a link to a page or anchor that is not there is an error.

The pages are the repository's own, at their own paths, so that every link between them holds as it
is written; what they link to is copied beside them. The navigation is docs/index.md: its headings
are the sections.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
SOURCE, HTML = "source", "html"  # below the folder that is built in
PAGES = ("*.md", "docs/**/*.md", "assembler/linting/pages/*.md")
# The file that a block of code is; on the site it is the block's title.
NAMED_BLOCK = re.compile(r"^```(\w+) ([^\s{]+)$", re.MULTILINE)
LINK = re.compile(r"\[([^\]]+)\]\(([^)#\s]*)(?:#[^)]*)?\)")
# As mkdocs has them, which zensical reads as well.
SETTINGS: dict[str, object] = {
    "site_name": "assembler",
    "docs_dir": SOURCE,
    "site_dir": HTML,
    "use_directory_urls": True,
    "theme": {
        "name": "material",
        "font": False,
        "palette": [
            {"media": "(prefers-color-scheme: light)", "scheme": "default"},
            {"media": "(prefers-color-scheme: dark)", "scheme": "slate"},
        ],
    },
    "validation": {"invalid_links": True, "invalid_link_anchors": True},
}


def main(folder: Path) -> int:
    """Build the site into ``folder``, and return the status of the builder."""
    shutil.rmtree(folder, ignore_errors=True)
    for page in iter_pages():
        _copy(page, folder / SOURCE)
        for _, link in iter_links(page):
            _copy(Path(os.path.normpath(page.parent / link)), folder / SOURCE)
    return build_site(folder, build_nav())


def build_site(folder: Path, nav: list[dict[str, object]]) -> int:
    """Build what is staged in ``folder``, and return the status of the builder."""
    text = json.dumps({**SETTINGS, "nav": nav}, indent=1)  # which is YAML, too
    (folder / "mkdocs.yml").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
    return subprocess.run(command, cwd=folder, check=False).returncode  # noqa: S603 - our own


def iter_pages() -> Iterator[Path]:
    """Yield every page, relative to the root."""
    for pattern in PAGES:
        yield from (file.relative_to(ROOT) for file in sorted(ROOT.glob(pattern)))


def iter_links(page: Path) -> Iterator[tuple[str, str]]:
    """Yield the text and the target of each relative link."""
    for text, link in LINK.findall((ROOT / page).read_text("utf-8")):
        if link and ":" not in link:
            yield text, link


def build_nav() -> list[dict[str, object]]:
    """Return the navigation: the sections of docs/index.md with their links, then the rules."""
    index = Path("docs/index.md")
    nav: list[dict[str, object]] = [{"Home": "README.md"}]
    for section in re.split(r"^#+ ", (ROOT / index).read_text("utf-8"), flags=re.MULTILINE)[1:]:
        title, _, body = section.partition("\n")
        links = [
            {text.capitalize() if text.islower() else text: os.path.normpath(index.parent / link)}
            for text, link in LINK.findall(body)
            if link.endswith(".md") and ":" not in link
        ]
        nav += [{title: links}] if links else []
    rules = [{page.stem: str(page)} for page in iter_pages() if page.parent.name == "pages"]
    return [
        *nav,
        {"Rules": rules},
        {"Contributing": "CONTRIBUTING.md"},
        {"Changes": "CHANGELOG.md"},
    ]


def _copy(path: Path, source: Path) -> None:
    target = source / path
    if (ROOT / path).is_file() and not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".md":
            text = (ROOT / path).read_text("utf-8")
            target.write_text(NAMED_BLOCK.sub(r'```\1 title="\2"', text), "utf-8")
        else:
            shutil.copyfile(ROOT / path, target)


if __name__ == "__main__":
    sys.exit(main(ROOT / "build" / "site"))
