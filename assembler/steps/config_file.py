"""Load config files: whatever their format, the upper-case keys, in the types that are known."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault, raise_faults
from assembler.diagnostics.suggestion import render_suggestion
from assembler.document.ends import strip_newline
from assembler.files import read_file
from assembler.language.config_path import MISSING, look_up
from assembler.steps.config_object import read_object
from assembler.steps.config_parsers import (
    CODE_SUFFIXES,
    OPTION,
    PARSERS,
    ConfigFile,
)
from assembler.steps.known_values import read_strings
from assembler.steps.step_faults import build_missing_file_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.steps.forms import SourceContext

__all__ = [
    "SUFFIXES",
    "NamedFile",
    "build_empty_fault",
    "check_suffix",
    "load_config_file",
    "parse_config_file",
    "read_config_file",
]

SUFFIXES = (".py", ".cfg", ".toml", ".json", ".yaml", ".yml", ".env")
LIMIT_TABLES = 3  # how deep a table may be to be suggested


class NamedFile(NamedTuple):
    """A config file as a source names it."""

    file: Path
    shown: str  # the path as it was written
    suffix: str  # how to read it
    optional: bool = False  # it need not exist
    table: str | None = None  # the mapping in it that holds the keys


def check_suffix(path: str) -> str:
    """Return the suffix that decides how ``path`` is read; ``.env.local`` is read as ``.env``.

    Raises:
        ValueError: if it is none of `SUFFIXES`.
    """
    name = Path(path).name
    suffix = ".env" if name == ".env" or name.startswith(".env.") else Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        message = f"expected a file that ends in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
        raise ValueError(message)
    return suffix


def load_config_file(context: SourceContext, named: NamedFile) -> Mapping[str, Any]:
    """Read a file and return its upper-case keys; one that is Python is executed.

    Warns of a file that sets no key.

    Raises:
        StepFault: if it cannot be read, is broken, or holds a value of a wrong type.
    """
    is_code = named.suffix in CODE_SUFFIXES
    # Files inside the project's root are its own; for any other the policy decides.
    if not Path(os.path.realpath(named.file)).is_relative_to(os.path.realpath(context.root)):
        context.check_file(named.file, is_code=is_code)
    config = read_config_file(named, context.env)
    if config is None:
        return {}
    parsed = parse_config_file(config, named)
    values = read_object(context.app, parsed, option=OPTION)
    if not values:
        context.warn(build_empty_fault(named, parsed))
    if named.suffix == ".env":
        texts = {key: strip_newline(text) for key, text in values.items()}
        return read_strings(context, texts, lambda key: str(config.find_place(key)))
    if not is_code:
        raise_faults(config.iter_value_faults(values))
    return values


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
    tables = [path for path, _ in _iter_tables(parsed)]
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
        tables = _iter_tables(parsed)
        filled = next((path for path, table in tables if any(map(str.isupper, table))), None)
        hint = hint if filled is None else f"Add `table: {filled}`, which has upper-case keys."
    return StepFault(
        f'the config file "{named.shown}" sets no key: none of its keys is upper-case',
        hint=hint,
        option=OPTION,
        code=codes.EMPTY_CONFIG_FILE,
    )


def _iter_tables(
    values: Mapping[str, Any], above: tuple[str, ...] = ()
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each mapping in ``values`` with its path, as far as it is worth suggesting."""
    for key, value in values.items():
        if isinstance(value, Mapping) and len(above) < LIMIT_TABLES:
            path = (*above, key)
            yield ".".join(path), value
            yield from _iter_tables(value, path)
