"""Test that a file is written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from assembler.files import (
    LIMIT_BYTES,
    FileChangedError,
    open_regular,
    read_file,
    write_atomically,
)
from assembler.steps.named_file import SUFFIXES
from tests.support.processes import run_cli
from tests.support.projects import HEAD, get_diagnostics, write_files


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


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    """None of these keeps the reader waiting, and none is read without end."""
    os.mkfifo(tmp_path / "pipe")
    link = tmp_path / "link"
    link.symlink_to("/dev/zero")
    before = len(list(Path("/dev/fd").iterdir()))

    for path in (tmp_path / "pipe", link, "/dev/zero", "/dev/tty"):
        with pytest.raises(OSError, match=r"not a regular file|No such"):
            open_regular(path)
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_file_larger_than_the_limit_is_refused(tmp_path: Path) -> None:
    """One that has just the limit is read whole."""
    file = tmp_path / "file"
    file.write_bytes(b"x" * LIMIT_BYTES)

    assert len(read_file(file)) == LIMIT_BYTES
    with file.open("ab") as stream:
        stream.write(b"y")
    with pytest.raises(OSError, match="larger than the limit of 1,048,576 bytes"):
        read_file(file)


LINTED = "role: migrations\nextensions: [database, migrate, 'shop:mail']\n"
NAMED = {
    "extends": ("NAME.yaml", "extends: NAME.yaml\n"),
    "mount": ("NAME.yaml", "extensions: [{use: NAME.yaml, as: mount, with: {path: /b}}]\n"),
    "$file": ("NAME", "config: [{use: values, with: {A: {$file: NAME}}}]\n"),
    "secrets": ("run/NAME", "config: [{use: secrets, with: {path: run}}]\n"),
    "dotenv": ("NAME", "config: [{use: dotenv, with: {path: NAME}}]\n"),
    **{
        suffix: (f"NAME{suffix}", f"config: [{{use: file, with: {{path: NAME{suffix}}}}}]\n")
        for suffix in SUFFIXES
    },
}


@pytest.mark.parametrize("kind", ["pipe", "endless", "large"])
@pytest.mark.parametrize("named", NAMED)
def test_whatever_a_profile_names_is_read_within_limits(
    tmp_path: Path, named: str, kind: str
) -> None:
    """A pipe would hold the boot until it is killed, and a device would fill the memory."""
    name, text = NAMED[named]
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    if kind == "pipe":
        os.mkfifo(file)
    elif kind == "endless":
        file.symlink_to("/dev/zero")
    else:
        file.write_bytes(b"#" * (LIMIT_BYTES + 1))

    (found,) = get_diagnostics(tmp_path, text)

    said = (
        ("the limit of",) if kind == "large" else ("regular file", "not a file", "outside", "exist")
    )
    assert any(words in found.message for words in said)
    assert name not in (found.hint or "")


@pytest.mark.parametrize("file", ["shop.py", "rules.toml", "migrations/versions/a.py"])
def test_lint_waits_for_no_pipe(tmp_path: Path, file: str) -> None:
    """Where a module, the policy or a revision should be."""
    files = {"migrations/env.py": "", "profiles/web.yaml": f"{HEAD}{LINTED}", "project.py": ""}
    write_files(tmp_path, files)
    (tmp_path / "migrations" / "versions").mkdir()
    os.mkfifo(tmp_path / file)
    policy = ["--policy", "rules.toml"] if file == "rules.toml" else []

    done = run_cli(["-m", "assembler", "lint", *policy], tmp_path)

    assert done.returncode in {0, 1}
    assert "Traceback" not in done.stderr
