"""Read the command line of the process: which of Celery's commands it is."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CeleryCommand", "parse_celery_command"]

# Options of `celery` itself that take a value.
VALUED = frozenset({"-A", "--app", "-b", "--broker", "--result-backend", "--loader", "--config"})
VALUED |= {"--workdir"}
POOL, QUEUES = ("-P", "--pool"), ("-Q", "--queues")
ALIASES = {"processes": "prefork"}  # Celery's other names of pools


class CeleryCommand(NamedTuple):
    """What of the command line decides how the app is made."""

    name: str  # such as ``worker``; empty: none
    pool: str | None  # None: not given
    has_queues: bool


def parse_celery_command(arguments: list[str]) -> CeleryCommand:
    """Read the arguments after ``celery``, as Celery does."""
    position = 0
    while position < len(arguments) and arguments[position].startswith("-"):
        position += 2 if arguments[position] in VALUED else 1
    name = arguments[position] if position < len(arguments) else ""
    rest = arguments[position + 1 :]
    pool = _find_value(rest, POOL)
    has_queues = _find_value(rest, QUEUES) is not None
    return CeleryCommand(name, None if pool is None else ALIASES.get(pool, pool), has_queues)


def _find_value(arguments: list[str], names: tuple[str, str]) -> str | None:
    """Return the value of an option: ``-P x``, ``-Px``, ``--pool x`` or ``--pool=x``."""
    short, long = names
    for position, argument in enumerate(arguments):
        if argument in names:
            return arguments[position + 1] if position + 1 < len(arguments) else ""
        if argument.startswith(f"{long}="):
            return argument.partition("=")[2]
        if argument.startswith(short) and not argument.startswith("--"):
            return argument[len(short) :]
    return None
