"""Read a config file that a source names, without an app."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import render_suggestion
from assembler.files import read_file
from assembler.language.config_path import MISSING, iter_paths, look_up
from assembler.steps.config_parsers import OPTION, PARSERS, ConfigFile
from assembler.steps.step_faults import build_missing_file_fault

__all__ = [
    "SUFFIXES",
    "NamedFile",
    "build_empty_fault",
    "check_suffix",
    "parse_config_file",
    "read_config_file",
]

SUFFIXES = (".py", ".cfg", ".toml", ".json", ".yaml", ".yml", ".env")


class NamedFile(NamedTuple):
    """A config file as a source names it."""

    file: Path
    shown: str  # the path as it was written
    suffix: str  # how to read it
    optional: bool = False  # it need not exist
    table: str | None = None  # the mapping in it that holds the keys

    @property
    def is_of_strings(self) -> bool:
        """Whether all its values are strings."""
        return self.suffix == ".env"


def check_suffix(path: str) -> str:
    """Return the suffix that decides how ``path`` is read; ``.env.local`` is read as ``.env``.

    Raises:
        ValueError: if it is none of `SUFFIXES`.
    """
    name = Path(path).name
    suffix = ".env" if name == ".env" or name.startswith(".env.") else Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        message = f"expected a path that ends in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
        raise ValueError(message)
    return suffix


def read_config_file(named: NamedFile, env: Mapping[str, str]) -> ConfigFile | None:
    """Read a file; ``None`` if it does not exist and need not.

    Raises:
        StepFault: if it cannot be read.
    """
    try:
        return ConfigFile(named.file, named.shown, read_file(named.file), env, named.table)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        if named.optional:
            return None
        is_folder = isinstance(error, IsADirectoryError)
        raise build_missing_file_fault(named.file, named.shown, is_folder=is_folder) from error
    except OSError as error:
        reason = (error.strerror or "").lower()
        message = f'the config file "{named.shown}" cannot be read: {reason}'
        hint = "Name a file of at most 1 MiB that this user may read."
        raise StepFault(message, hint=hint, option=OPTION, code=codes.CONFIG_FILE_BROKEN) from error


def parse_config_file(config: ConfigFile, named: NamedFile) -> object:
    """Return what a file holds, or its table: a module for Python, else a mapping.

    Raises:
        StepFault: if it is broken, or has no such table.
    """
    parsed = PARSERS[named.suffix](config)
    if named.table is None:
        return parsed
    assert isinstance(parsed, Mapping)
    table = look_up(parsed, named.table)
    if isinstance(table, Mapping):
        return table
    state = "has no table" if table is MISSING else "has a value, not a table, at"
    tables = [path for path, value in iter_paths(parsed) if isinstance(value, Mapping)]
    raise StepFault(
        f'the config file "{named.shown}" {state} "{named.table}"',
        hint=render_suggestion(named.table, tables, "Name a table of the file."),
        option=("table",),
        code=codes.CONFIG_FILE_BROKEN,
    )


def build_empty_fault(named: NamedFile, parsed: object) -> StepFault:
    """Report a file that sets no config key; ``parsed`` is what it holds."""
    hint = "Write upper-case keys in it, or remove the step."
    if isinstance(parsed, Mapping) and named.table is None:
        filled = next(
            (
                path
                for path, table in iter_paths(parsed)
                if isinstance(table, Mapping) and any(map(str.isupper, table))
            ),
            None,
        )
        hint = hint if filled is None else f"Add `table: {filled}`, which has upper-case keys."
    return StepFault(
        f'the config file "{named.shown}" sets no key: none of its keys is upper-case',
        hint=hint,
        option=OPTION,
        code=codes.EMPTY_CONFIG_FILE,
    )
