"""Write the files of `adopt`: over its own, and over no other unless that is asked for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assembler.adopting.signing import is_as_written, sign
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assembler.modules.module_index import ModuleIndex

__all__ = ["find_glue_file", "refuse_changed", "write_differences", "write_files"]

HINT = (
    "Write into another folder with `-o FOLDER` and take over what you need, or let `--force` "
    "write over it."
)


def find_glue_file(module: str, index: ModuleIndex) -> Path:
    """Return where the module of `--glue` is written."""
    top, _, last = module.partition(".")
    found = index.find_module(top)
    folder = Path(found.file).parent if last and found and found.file else Path.cwd()
    return folder / f"{last or top}.py"


def write_files(files: Mapping[Path, str], *, is_forced: bool) -> list[str]:
    """Write all of the files, or none; returns their paths as they are shown.

    Raises:
        ProfileError: as `refuse_changed`, or if one cannot be written.
    """
    refuse_changed(files, is_forced=is_forced)
    for file, text in files.items():
        _write(file, sign(text))
    return [os.path.relpath(file) for file in files]


def refuse_changed(files: Iterable[Path], *, is_forced: bool) -> None:
    """Refuse to write over files, unless that is asked for.

    Raises:
        ProfileError: if one is there that `adopt` did not write or somebody has changed since.
    """
    reasons = {file: None if is_forced else _find_reason(file) for file in files}
    kept = [
        codes.FILE_NOT_WRITTEN.at(Place(os.path.relpath(file)), reason, hint=HINT)
        for file, reason in reasons.items()
        if reason is not None
    ]
    if kept:
        raise ProfileError(kept)


def write_differences(file: Path, adopted: str, *, is_forced: bool) -> None:
    """Write what differs by intent, or print it if the file is not ours."""
    shown = os.path.relpath(file)
    if is_forced or _find_reason(file) is None:
        _write(file, sign(adopted))
        click.echo(f"wrote {shown}, with what differs by intent")
    else:
        click.echo(f"left {shown} as it is; what differs by intent is:\n{adopted}", nl=False)


def _find_reason(file: Path) -> str | None:
    """Return why a file must stay; ``None``: it is not there, or as `adopt` wrote it."""
    if not os.path.lexists(file):
        return None
    text = file.read_text("utf-8", "replace") if file.is_file() else ""
    if is_as_written(text):
        return None
    return "it exists, and is not as `adopt` wrote it"


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        message = f"the file cannot be written: {(error.strerror or '').lower()}"
        place = Place(os.path.relpath(file))
        hint = "Name a folder that you may write to with `-o FOLDER`."
        raise ProfileError([codes.FILE_NOT_WRITTEN.at(place, message, hint=hint)]) from error
