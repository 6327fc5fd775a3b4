"""The documentation can be built as a site, and what findings link to is there."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assembler.diagnostics.codes import CODES
from tests.support.processes import run_cli
from tests.support.projects import write_files

if TYPE_CHECKING:
    from types import ModuleType

    import pytest

SITE = Path(__file__).parent.parent.parent / "docs" / "site.py"
HOSTED = "https://docs.example.org/assembler/"
FILES = {
    "pyproject.toml": f'[tool.assembler]\ndocs_url = "{HOSTED}"\n',
    "profiles/web.yaml": "version: 1\napp: {with: {import_name: shop}}\nextensions: [databse]\n",
}


def load_site() -> ModuleType:
    """Load the script."""
    spec = importlib.util.spec_from_file_location("site_script", SITE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_link_of_the_site_holds_and_findings_link_into_it(tmp_path: Path) -> None:
    """Pages and anchors; each rule has its page at the address that JSON and SARIF name."""
    assert load_site().main(tmp_path / "site") == 0

    write_files(tmp_path, FILES)
    lint = ["-m", "assembler", "lint", "--output-format"]
    (found,) = json.loads(run_cli([*lint, "json"], tmp_path).stdout)
    run: dict[str, Any] = json.loads(run_cli([*lint, "sarif"], tmp_path).stdout)["runs"][0]
    assert found["url"] == run["tool"]["driver"]["rules"][0]["helpUri"]
    pages = {found["url"].replace(HOSTED, "").replace(found["name"], code.name) for code in CODES}
    html = tmp_path / "site" / "html"
    assert [page for page in pages if not (html / page / "index.html").is_file()] == []


def test_a_link_to_an_anchor_that_is_not_there_fails(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """And so does one to a page; each is named, and no other."""
    links = "\n[here](#here)\n\n[there](#there)\n\n[other](other.md)\n"
    write_files(tmp_path, {"source/README.md": f"# Home\n\n## Here\n{links}"})

    assert load_site().build_site(tmp_path, [{"Home": "README.md"}]) == 1

    said = "".join(capfd.readouterr())
    assert re.findall(r"README\.md:(\d+):", said) == ["7", "9"], said
