"""Read the profiles of a revision with git, and leave the work tree alone."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from assembler.files import LIMIT_BYTES, PROFILE_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["GitError", "open_revision"]

SUFFIXES = (*PROFILE_SUFFIXES, ".toml")  # profiles, and the policy that says where they are
FILE, EXECUTABLE, LINK = "100644", "100755", "120000"  # git's modes


class GitError(Exception):
    """Raised where git does not give a revision, with the reason."""


class _Blob(NamedTuple):
    mode: str
    name: str  # of the object
    path: PurePosixPath  # from the top of the repository


@contextmanager
def open_revision(revision: str, *paths: str, is_whole: bool = False) -> Iterator[Path]:
    """Give a folder that stands for the current one, with the profiles of a revision.

    Args:
        revision: As git names it.
        paths: Profiles, which have to be in the repository.
        is_whole: Whether everything else of the revision is there as well.

    Raises:
        GitError: if there is no git, no repository here, no such revision, or a path is outside.
    """
    top = Path(os.fsdecode(_run("rev-parse", "--show-toplevel")).rstrip("\n")).resolve()
    for path in paths:
        if not Path(os.path.normpath(Path.cwd() / path)).is_relative_to(top):
            message = f'"{path}" is outside of the repository'
            raise GitError(message)
    if revision.startswith("-"):  # for git it would be an option
        message = f'no revision is called "{revision}"'
        raise GitError(message)
    try:
        commit = _run("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode().strip()
    except GitError as error:
        message = f'the repository has no revision "{revision}"'
        raise GitError(message) from error
    here = Path.cwd().resolve().relative_to(top)
    with tempfile.TemporaryDirectory(prefix="assembler-") as name:
        folder = Path(name).resolve()
        _write(folder, list(_iter_blobs(commit, is_whole=is_whole)))
        (folder / here).mkdir(parents=True, exist_ok=True)
        yield folder / here


def _write(folder: Path, blobs: list[_Blob]) -> None:
    for blob, content in zip(blobs, _read(blobs), strict=True):
        file = folder / blob.path
        file.parent.mkdir(parents=True, exist_ok=True)
        if blob.mode != LINK:
            file.write_bytes(content)
            file.chmod(0o700 if blob.mode == EXECUTABLE else 0o600)
        elif _stays_inside(folder, file, target := os.fsdecode(content)):
            file.symlink_to(target)


def _iter_blobs(commit: str, *, is_whole: bool) -> Iterator[_Blob]:
    """Yield the files, or those that profiles are made of, and the links whatever their names."""
    listed = _run("ls-tree", "-r", "-l", "-z", "--full-tree", commit)
    for line in filter(None, listed.split(b"\0")):
        facts, _, path = line.partition(b"\t")
        mode, kind, name, size = facts.decode().split()
        if kind != "blob":  # another repository, which is not here
            continue
        found = PurePosixPath(os.fsdecode(path))
        is_meant = is_whole or (found.suffix in SUFFIXES and int(size) <= LIMIT_BYTES)
        if mode == LINK or (mode in {FILE, EXECUTABLE} and is_meant):
            yield _Blob(mode, name, found)


def _read(blobs: list[_Blob]) -> Iterator[bytes]:
    """Yield what is in them, from one process that is read while it writes."""
    import subprocess  # noqa: PLC0415 - every command loads this module, also before patches

    with tempfile.TemporaryFile() as names:
        names.write("".join(f"{blob.name}\n" for blob in blobs).encode())
        names.seek(0)
        command = ["git", "cat-file", "--batch"]
        with subprocess.Popen(command, stdin=names, stdout=subprocess.PIPE) as process:  # noqa: S603 - as below
            assert process.stdout is not None
            for _ in blobs:
                _, _, size = process.stdout.readline().split()
                yield process.stdout.read(int(size))
                process.stdout.read(1)  # the end of its line


def _stays_inside(folder: Path, file: Path, target: str) -> bool:
    """Return whether a link leads to somewhere in the revision's own files."""
    return Path(os.path.normpath(file.parent / target)).is_relative_to(folder)


def _run(*arguments: str) -> bytes:
    """Run git here, and return its output.

    Raises:
        GitError: if it cannot be run, or fails.
    """
    import subprocess  # noqa: PLC0415 - as above

    try:
        done = subprocess.run(  # noqa: S603 - no shell; a revision comes as the object it names
            ["git", *arguments],  # noqa: S607 - the user's own
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        message = f"git cannot be run: {(error.strerror or '').lower()}"
        raise GitError(message) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        message = said[-1].removeprefix("fatal: ") if said else "git failed"
        raise GitError(message)
    return done.stdout
