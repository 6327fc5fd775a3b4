"""The profiles of ``tests/profiles`` again, in this process, so that mutants are seen by them.

``tests/planning/test_profiles.py`` compares the same outputs of commands in other processes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler.__main__ import main
from tests.planning.test_profiles import BROKEN, ENV, VALID, find_names

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the variables that the profiles read."""
    for name, value in ENV.items():
        monkeypatch.setenv(name, value)


def run(folder: Path, args: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    """Run a command in ``folder``."""
    monkeypatch.chdir(folder)
    return main(args)


@pytest.mark.parametrize("name", find_names(BROKEN))
def test_plan_reports_a_broken_profile_exactly(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """To standard error, word by word."""
    run(BROKEN, ["plan", f"{name}.yaml"], monkeypatch)
    assert capsys.readouterr().err == (BROKEN / f"{name}.expected").read_text("utf-8")


@pytest.mark.parametrize("name", find_names(VALID))
def test_plan_accepts_a_valid_profile(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a warning."""
    assert run(VALID, ["plan", f"{name}.yaml"], monkeypatch) == 0
    assert capsys.readouterr().err == ""
