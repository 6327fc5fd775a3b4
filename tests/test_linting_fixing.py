"""Test that fixing mends what it is meant to, and leaves every other byte as it was.

Dropping a file into ``tests/profiles/fixes`` adds its tests. Its name begins with that of the code
that it shows. Beside it stands what it becomes, as ``NAME.fixed.yaml``; one whose name ends with
``_stays`` has the finding and no safe fix, and stays as it is.
"""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assembler.codes import CODES
from assembler.diagnostics import Edit, Fix, Place, Severity, Span
from assembler.linting.edits import apply_fixes, choose_fixes
from assembler.linting.engine import Linter
from assembler.linting.fixable import BUILDERS, FIXED_BY_STAGES
from assembler.linting.fixing import Fixed, FixedFile, fix_profiles
from assembler.linting.selection import build_selection
from assembler.linting.source_text import SourceText
from assembler.linting.targets import Target
from assembler.linting.writing import write_fixed
from assembler.policy import find_policy
from tests.support.processes import run_cli
from tests.support.projects import write_files

if TYPE_CHECKING:
    import subprocess

    from assembler.diagnostics import Diagnostic

FIXES = Path(__file__).parent / "profiles" / "fixes"
PROFILES = sorted(file.stem for file in FIXES.glob("*.yaml") if ".fixed" not in file.name)
FIXABLE = sorted(code.name for code in CODES if code.number in {*BUILDERS, *FIXED_BY_STAGES})


def build_linter() -> Linter:
    """Give a linter with every rule on, for the current directory."""
    return Linter(find_policy({}, Path.cwd(), None), build_selection([], []))


def fix_text(text: str | bytes, path: str = "web.yaml") -> Fixed:
    """Fix a text as if it stood in the file ``path``."""
    source = text.encode() if isinstance(text, str) else text
    return fix_profiles(build_linter(), [Target(path, source)])


def get_text(fixed: Fixed, before: str) -> str:
    """Give the text of the one file after fixing."""
    return fixed.files[0].after.decode() if fixed.files else before


def get_code_name(profile: str) -> str:
    """Give the code that a profile shows, by the longest name that its own begins with."""
    names = [name for name in FIXABLE if profile.replace("_", "-").startswith(name)]
    return max(names, key=len)


def find_errors(diagnostics: tuple[Diagnostic, ...]) -> set[tuple[str, str]]:
    """Give the errors without their places."""
    return {(one.code, one.message) for one in diagnostics if one.severity is Severity.ERROR}


@pytest.fixture
def fixes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the profiles to fix, which is the current directory."""
    folder = tmp_path / "fixes"
    shutil.copytree(FIXES, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_becomes_what_stands_beside_it(fixes: Path, profile: str) -> None:
    """To the byte; what it shows was there and had a fix; fixing it again changes nothing."""
    file, wanted = fixes / f"{profile}.yaml", fixes / f"{profile}.fixed.yaml"
    before = file.read_bytes()
    code = get_code_name(profile)
    linter = build_linter()
    shown = [one for one in linter.lint([Target(file.name)]).diagnostics if one.name == code]

    fixed = fix_profiles(linter, [Target(file.name)])

    assert shown
    if profile.endswith("_stays"):
        assert not fixed.files
        return
    assert any(one.fix for one in shown)
    after = fixed.files[0].after
    assert after.decode() == wanted.read_bytes().decode()
    assert fixed.count >= 1
    again = fix_profiles(linter, [Target(file.name, after)])
    assert not again.files
    assert file.read_bytes() == before  # fixing itself writes nothing


def test_every_fix_is_shown() -> None:
    """No code says that it is fixed without a profile that it changes."""
    shown = {get_code_name(profile) for profile in PROFILES if not profile.endswith("_stays")}
    assert shown == set(FIXABLE)
