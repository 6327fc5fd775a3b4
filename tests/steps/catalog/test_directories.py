"""The catalogue step `directories`."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from pydantic import ValidationError

from assembler.diagnostics.faults import StepFault
from assembler.steps.catalog.directories import DirectoriesOptions
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def context(tmp_path: Path) -> StepBench:
    """Return the context of a step on an app whose instance folder is not there yet."""
    return StepBench(Flask(__name__, instance_path=str(tmp_path / "instance")), tmp_path)


def test_it_makes_the_instance_folder_when_nothing_else_is_said(
    context: StepBench, tmp_path: Path
) -> None:
    """The commonest use needs no options."""
    made = apply_step(context, "directories")

    assert (tmp_path / "instance").is_dir()
    assert made == (str(tmp_path / "instance"),)


def test_folders_are_in_the_instance_folder_whatever_the_working_directory(
    context: StepBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path means the same from everywhere, and an absolute one is itself."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)

    apply_step(context, "directories", paths=["uploads/images", str(tmp_path / "cache")])

    assert (tmp_path / "instance" / "uploads" / "images").is_dir()
    assert (tmp_path / "cache").is_dir()
    assert list(elsewhere.iterdir()) == []


def test_a_second_app_finds_them_there(context: StepBench, tmp_path: Path) -> None:
    """What is in them stays, and so do their permissions."""
    apply_step(context, "directories", paths=["uploads"], mode="750")
    kept = tmp_path / "instance" / "uploads" / "kept"
    kept.touch()

    apply_step(context, "directories", paths=["uploads"], mode="700")

    assert kept.exists()
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o750


def test_the_mode_is_kept_under_any_umask(context: StepBench, tmp_path: Path) -> None:
    """0o770 is what it says although the umask would take the group's right to write."""
    before = os.umask(0o077)
    try:
        apply_step(context, "directories", paths=["shared"], mode=0o770)
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "instance" / "shared").stat().st_mode) == 0o770


@pytest.mark.parametrize("mode", [0o750, "750", "0750", "0o750"])
def test_every_way_to_write_permissions_means_the_same(mode: object) -> None:
    """Text is octal, as people write it; a number is the number."""
    assert DirectoriesOptions.model_validate({"mode": mode}).mode == 0o750


@pytest.mark.parametrize("mode", [750, 755, 700, "rwx", "8", 0o077, True, 7.5, "-1"])
def test_a_mode_that_means_something_else_is_refused(mode: object) -> None:
    """A decimal 750 would be 0o1356."""
    with pytest.raises(ValidationError, match="expected permissions such as 0o750"):
        DirectoriesOptions.model_validate({"mode": mode})


def test_a_file_in_the_way_is_said_at_its_path(context: StepBench, tmp_path: Path) -> None:
    """The fault stands at the item of the list, and the earlier ones are made."""
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "uploads").touch()

    with pytest.raises(StepFault) as raised:
        apply_step(context, "directories", paths=["cache", "uploads"])

    assert raised.value.message == 'the folder "uploads" cannot be created: File exists'
    assert raised.value.option == ("paths", 1)
    assert (tmp_path / "instance" / "cache").is_dir()
