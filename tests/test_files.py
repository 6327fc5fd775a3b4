"""Test that a file is written whole or not at all."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from assembler.files import FileChangedError, write_atomically

if TYPE_CHECKING:
    from pathlib import Path


def list_names(folder: Path) -> list[str]:
    """List what is in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_new_file_has_default_permissions(tmp_path: Path) -> None:
    """And nothing else is left behind."""
    (tmp_path / "usual").touch()

    write_atomically(tmp_path / "new", b"text")

    assert (tmp_path / "new").read_bytes() == b"text"
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode
    assert list_names(tmp_path) == ["new", "usual"]


def test_replaced_file_keeps_permissions_and_links(tmp_path: Path) -> None:
    """A link still points at it."""
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)

    write_atomically(link, b"new")

    assert link.is_symlink()
    assert file.read_text() == "new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_failed_write_leaves_the_file_unchanged(tmp_path: Path) -> None:
    """With nothing half-written beside it."""
    (tmp_path / "folder").mkdir()

    with pytest.raises(OSError, match="directory"):
        write_atomically(tmp_path / "folder", b"new")

    assert list_names(tmp_path) == ["folder"]


def test_file_changed_since_reading_is_left_alone(tmp_path: Path) -> None:
    """What somebody else has written in between is not lost."""
    file = tmp_path / "file"
    file.write_text("old")
    seen = file.stat()
    write_atomically(file, b"mine", seen=seen)
    replaced = file.stat()

    with pytest.raises(FileChangedError):
        write_atomically(file, b"new", seen=seen)
    file.write_text("theirs")
    with pytest.raises(FileChangedError):
        write_atomically(file, b"new", seen=replaced)

    assert file.read_text() == "theirs"
    assert list_names(tmp_path) == ["file"]


def test_device_is_written_to_directly(tmp_path: Path) -> None:
    """Replacing it would take it away."""
    link = tmp_path / "null"
    link.symlink_to(os.devnull)

    write_atomically(link, b"text")

    assert link.is_char_device()
    assert list_names(tmp_path) == ["null"]
