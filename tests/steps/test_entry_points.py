"""Commands that run nothing read no entry points of the current folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler.steps.patches import GROUP as PATCHES
from assembler.steps.sources import GROUP as SOURCES
from tests.support.processes import run_cli
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

GROUPS = (PATCHES, SOURCES, "pydantic", "flask.commands", "sqlalchemy.dialects")
FILES = {
    "evil.py": "import pathlib\npathlib.Path('ran').touch()\nSTEP = None\n",
    "evil-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n",
    "evil-1.0.dist-info/entry_points.txt": "".join(
        f"[{group}]\nevil = evil:STEP\n" for group in GROUPS
    ),
    "profiles/web.yaml": "version: 1\napp: {with: {import_name: shop}}\npatches: [evil]\n"
    "config: [evil]\nextensions: [evil, {use: database, with: {url: 'evil://h/x'}}]\n",
}


@pytest.mark.parametrize(
    "command",
    [
        "lint",
        "lint --env",
        "plan profiles/web.yaml",
        "show profiles/web.yaml",
        "show --origin profiles/web.yaml",
        "catalog",
        "catalog evil",
        "catalog env --output-format json",
        "rules",
        "schema",
    ],
)
def test_command_runs_nothing_of_a_checkout(tmp_path: Path, command: str) -> None:
    """Although `python -m` puts the current folder on the path."""
    write_files(tmp_path, FILES)

    done = run_cli(["-m", "assembler", *command.split()], tmp_path)

    assert done.returncode in {0, 1, 2}, done.stderr
    assert not (tmp_path / "ran").exists()
