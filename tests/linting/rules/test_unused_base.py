"""Test that a base that nobody extends is found, and only where that is certain."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path

from assembler.linting.engine import Linter
from assembler.linting.selection import build_selection
from assembler.linting.targets import Target
from assembler.policy import find_policy
from tests.support.linting import lint_files, render_found
from tests.support.projects import write_files

RULE = "unused-base"
BASE = "version: 1\nabstract: true\n"
WEB = "version: 1\nextends: {}\n"
ALONE = "version: 1\n"


def test_a_base_that_no_profile_extends_is_found(tmp_path: Path) -> None:
    """Where it says that it is one; a base of a base is extended."""
    files = {
        "profiles/old.yaml": BASE,
        "profiles/base.yaml": BASE,
        "profiles/bases/root.yaml": BASE,
        "profiles/bases/web.yaml": f"{BASE}extends: [root.yaml, ../base.yaml]\n",
        "profiles/web.yaml": WEB.format("bases/web.yaml"),
    }
    assert render_found(lint_files(tmp_path, files, RULE)) == [
        "profiles/old.yaml:2:11 no profile extends this base"
    ]


def test_a_base_below_the_folder_of_profiles_may_be_extended_anywhere_in_it(
    tmp_path: Path,
) -> None:
    """A folder that holds nothing but bases is looked at with the rest."""
    files = {"profiles/bases/old.yaml": BASE, "profiles/web.yaml": ALONE}
    assert len(lint_files(tmp_path, files, RULE)) == 1


def lint_some(folder: Path, files: dict[str, str], *paths: str) -> list[str]:
    """Write all files, and lint only some."""
    write_files(folder, {"pyproject.toml": "[tool.assembler]\n", **files})
    with chdir(folder):
        linter = Linter(find_policy({}, Path.cwd()), build_selection([RULE], []))
        return render_found(list(linter.lint([Target(path) for path in paths]).diagnostics))


def test_where_not_all_profiles_were_looked_at_nothing_is_said(tmp_path: Path) -> None:
    """One of the others may extend it."""
    files = {
        "profiles/bases/base.yaml": BASE,
        "profiles/web.yaml": WEB.format("bases/base.yaml"),
        "profiles/old.yaml": BASE,
        "profiles/broken.yaml": "extends: [",
        "conf/base.yaml": BASE,
    }
    assert lint_some(tmp_path, files, "profiles/bases/base.yaml") == []
    assert lint_some(tmp_path, files, "profiles/old.yaml", "profiles/web.yaml") == []
    assert lint_some(tmp_path, files, "conf/base.yaml") == []


def test_where_a_profile_could_not_be_read_nothing_is_said(tmp_path: Path) -> None:
    """It may be the one that extends the base."""
    files = {"profiles/old.yaml": BASE, "profiles/web.yaml": "version: 1\nextends: [\n"}
    assert lint_files(tmp_path, files, RULE)[0].name == "yaml-syntax"
    assert len(lint_files(tmp_path, files, RULE)) == 1


def test_outside_of_the_folder_of_profiles_its_own_folder_counts(tmp_path: Path) -> None:
    """If there are profiles in it that could extend it."""
    files = {"conf/base.yaml": BASE, "conf/web.yaml": ALONE}
    assert lint_some(tmp_path, files, "conf/base.yaml", "conf/web.yaml") == [
        "conf/base.yaml:2:11 no profile extends this base"
    ]
