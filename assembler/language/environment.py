"""Complete the environment of a command from ``.env`` and ``.flaskenv``, as ``flask`` does.

What a file gave is remembered. A reload takes it back and reads the files again, and a process that
is started anew gets the environment without it.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError, Span
from assembler.diagnostics.excerpt import shorten_path
from assembler.document.dotenv import parse_dotenv
from assembler.files import is_file, read_file
from assembler.language.flags import is_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic

__all__ = [
    "build_child_environment",
    "check_policy_variable",
    "find_env_files",
    "find_variable_file",
    "forget_env_files",
    "list_env_places",
    "load_env_files",
    "restoring_environment",
]

NAMES = (".flaskenv", ".env")  # what the later says wins
SKIP = "FLASK_SKIP_DOTENV"
# It decides what a profile may run; a file that comes with the project must not choose it.
NEVER_READ = "ASSEMBLER_POLICY"


class _Given(NamedTuple):
    value: str
    file: Path


# As the environment itself, one for the process.
_given: dict[str, _Given] = {}


def load_env_files(named: str | None = None) -> list[Diagnostic]:
    """Set the variables of the files that are not set; return notes on what is not in force.

    What an earlier call set is taken back first. Changes ``os.environ``.

    Args:
        named: A further file, which wins over the others.

    Raises:
        ProfileError: if a file cannot be read; then nothing has changed.
    """
    own = build_child_environment()
    files = [*find_env_files(), *([Path(named)] if named else [])]
    given: dict[str, _Given] = {}
    notes = []
    for file in files:
        for name, value in _load_file(file, own).items():
            if name == NEVER_READ:
                notes += [_build_note(file)] if name not in own else []
            elif name not in own:
                given[name] = _Given(value, file)
    for name in os.environ.keys() - own.keys() - given.keys():
        del os.environ[name]
    os.environ.update({name: one.value for name, one in given.items()})
    _given.clear()
    _given.update(given)
    return notes


def find_env_files() -> list[Path]:
    """Return the files to read, by increasing precedence: each the nearest of its name, upward."""
    if is_true(os.environ.get(SKIP, "")):
        return []
    here = Path.cwd()
    found = [
        next((folder / name for folder in (here, *here.parents) if is_file(folder / name)), None)
        for name in NAMES
    ]
    return [file for file in found if file is not None]


def list_env_places() -> list[Path]:
    """Return where such a file is read, or would be if somebody made one."""
    here = Path.cwd()
    return [folder / name for folder in (here, *here.parents) for name in NAMES]


def forget_env_files() -> None:
    """Take back what `load_env_files` did. Changes ``os.environ``."""
    for name in os.environ.keys() - build_child_environment().keys():
        del os.environ[name]
    _given.clear()


def find_variable_file(name: str) -> Path | None:
    """Return the file that gave the variable; ``None``: it is unset, or was set before."""
    given = _given.get(name)
    return None if given is None or os.environ.get(name) != given.value else given.file


def build_child_environment() -> dict[str, str]:
    """Return the environment without what the files gave, for a process that reads them itself."""
    return {name: value for name, value in os.environ.items() if find_variable_file(name) is None}


@contextmanager
def restoring_environment() -> Iterator[None]:
    """Undo what `load_env_files` does inside if the body raises."""
    environment, given = dict(os.environ), dict(_given)
    try:
        yield
    except BaseException:
        os.environ.clear()
        os.environ.update(environment)
        _given.clear()
        _given.update(given)
        raise


def check_policy_variable() -> None:
    """Refuse a policy that the ``flask`` command itself may have taken from a file.

    Raises:
        ProfileError: if a file gives the value that is set.
    """
    for file in find_env_files() if NEVER_READ in os.environ else ():
        if parse_dotenv(_read(file), os.environ).values.get(NEVER_READ) == os.environ[NEVER_READ]:
            place = Place(shorten_path(file))
            message = f"{NEVER_READ} is set in a file that comes with the project"
            hint = "Remove it from the file, and set it in the environment."
            raise ProfileError([codes.POLICY_BROKEN.at(place, message, hint=hint)])


def _load_file(file: Path, env: dict[str, str]) -> dict[str, str]:
    parsed = parse_dotenv(_read(file), env)
    faults = [_build_fault(file, one.reason, one.line, one.column) for one in parsed.broken]
    for name, value in parsed.values.items():
        if "\0" in name + value:
            faults.append(_build_fault(file, f'"{name}" has a null character'))
    if faults:
        raise ProfileError(faults)
    return parsed.values


def _read(file: Path) -> str:
    try:
        return read_file(file).decode()
    except UnicodeDecodeError as error:
        reason = "it is not UTF-8"
        raise ProfileError([_build_fault(file, reason)]) from error
    except OSError as error:
        reason = f"it cannot be read: {(error.strerror or '').lower()}"
        raise ProfileError([_build_fault(file, reason)]) from error


def _build_fault(file: Path, reason: str, line: int = 1, column: int = 1) -> Diagnostic:
    place = Place(shorten_path(file), Span(line, column, line, column))
    message = f"the file of environment variables is broken: {reason}"
    hint = f"Fix the file, or set {SKIP}=1 to read none."
    return codes.ENV_FILE_BROKEN.at(place, message, hint=hint)


def _build_note(file: Path) -> Diagnostic:
    message = f"{NEVER_READ} is never taken from a file"
    hint = "Set it in the environment, or pass `--policy`."
    return codes.ENV_FILE_NOT_IN_FORCE.at(Place(shorten_path(file)), message, hint=hint)
