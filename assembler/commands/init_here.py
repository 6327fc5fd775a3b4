"""Carry out ``assembler init --here``: add to a project what profiles need."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.diagnostics.excerpt import shorten_path
from assembler.files import list_profile_names, write_atomically
from assembler.policy import find_policy
from assembler.rendering.console import write_error
from assembler.scaffolding.here import find_factory, prepare_project
from assembler.scaffolding.writing import write_new

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["prepare"]


def prepare(folder: Path, schema: str) -> int:
    """Write what the project lacks, print what is left to do by hand, and what comes next."""
    if not folder.is_dir():
        message = f"'{folder}' is not a folder. Without --here a new project is made."
        raise click.UsageError(message)
    try:
        found = prepare_project(folder, schema)
    except (OSError, UnicodeDecodeError) as error:
        raise _build_error(folder, error, "read") from error
    write_new(folder, found.new)
    for path, text in found.changed.items():
        try:
            write_atomically(folder / path, text.encode())
        except OSError as error:
            raise _build_error(folder / path, error, "written") from error
    for verb, paths in (("wrote", found.new), ("added to", found.changed)):
        for path in paths:
            write_error(f"{verb} {os.path.relpath(folder / path)}")
    if not (found.new or found.changed or found.by_hand):
        write_error("nothing is missing")
    for path, text in found.by_hand.items():
        click.echo(f"add to {path}:\n\n{text}")
    click.echo(f"next:\n  assembler {_find_next(folder)}")
    return 0


def _find_next(folder: Path) -> str:
    """Return the command for a project that has profiles already, or none yet."""
    if list_profile_names(folder / find_policy({}, folder).settings.profiles):
        return "lint"
    return f"adopt {find_factory(folder) or 'MODULE:FACTORY'}"


def _build_error(path: Path, error: Exception, done: str) -> ProfileError:
    named = getattr(error, "filename", None) or path
    reason = getattr(error, "strerror", None) or "it is not UTF-8"
    place = Place(shorten_path(named))
    message = f"the file cannot be {done}: {reason.lower()}"
    hint = "Mend the file, or its permissions."
    return ProfileError([codes.FILE_NOT_WRITTEN.at(place, message, hint=hint)])
