"""Set one key for each file of a folder, as Docker and Kubernetes mount secrets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault, raise_faults
from assembler.document.ends import strip_newline
from assembler.files import read_file
from assembler.policy import Use
from assembler.steps.forms import FrozenOptions, Source
from assembler.steps.known_values import read_strings
from assembler.steps.named_places import NamesFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from assembler.steps.forms import SourceContext

__all__ = ["SOURCE", "SecretsOptions"]

NOT_IN_A_KEY = re.compile(r"[^A-Z0-9_]")


class SecretsOptions(FrozenOptions):
    """The folder to read."""

    path: Annotated[str, NamesFile("profile", Use.SECRET)] = Field(
        min_length=1,
        description="A folder, relative to the profile's file. A file's name, in upper case and "
        "with an underscore for each dot or dash, is the key, and its content the value.",
    )


def _load(context: SourceContext, options: SecretsOptions) -> Mapping[str, Any]:
    files: dict[str, Path] = {}
    faults: list[StepFault] = []
    for file in _list_files(context.folder / options.path, options.path):
        context.check_file(file, Use.SECRET)
        key = NOT_IN_A_KEY.sub("_", file.name.upper())
        other = files.setdefault(key, file)
        if other is not file:
            message = f'the files "{other.name}" and "{file.name}" are both {key}'
            faults.append(_build_fault(message, "Mount one of them, or rename it."))
    values: dict[str, str] = {}
    for key, file in files.items():
        try:
            values[key] = _read_value(file)
        except (OSError, UnicodeDecodeError) as error:
            reason = (getattr(error, "strerror", None) or "").lower() or "it is not UTF-8"
            message = f'the secret "{file.name}" cannot be read: {reason}'
            faults.append(
                _build_fault(
                    message, "Make it a UTF-8 file of at most 1 MiB that this user may read."
                )
            )
    raise_faults(faults)
    return read_strings(context, values, lambda key: f'the file "{files[key].name}"')


def _list_files(folder: Path, shown: str) -> list[Path]:
    """Return the files of ``folder`` by name, without Kubernetes' own, which start with a dot."""
    try:
        return sorted(
            entry
            for entry in folder.iterdir()
            if not entry.name.startswith(".") and entry.exists() and not entry.is_dir()
        )
    except OSError as error:
        message = f'the folder "{shown}" cannot be read: {(error.strerror or "").lower()}'
        fault = _build_fault(message, "Mount the folder, or turn the step off with `when`.")
        fault.code = codes.CONFIG_FILE_MISSING
        raise fault from error


def _read_value(file: Path) -> str:
    return strip_newline(read_file(file).decode("utf-8"))


def _build_fault(message: str, hint: str) -> StepFault:
    return StepFault(message, hint=hint, option=("path",), code=codes.SOURCE_FAILED)


SOURCE = Source(
    "secrets",
    "A folder with a file for each value, as Docker and Kubernetes mount secrets.",
    SecretsOptions,
    _load,
    secret=True,
)
