"""Parse dotenv files by python-dotenv's rules."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Dotenv", "parse_dotenv"]


class Dotenv(NamedTuple):
    """What a dotenv file says, and the line and column of each statement that cannot be read."""

    values: dict[str, str]
    broken: list[tuple[int, int]]


def parse_dotenv(text: str, env: Mapping[str, str]) -> Dotenv:
    """Parse a dotenv file; ``${…}`` in it are looked up in the file so far, then in ``env``."""
    from dotenv.parser import parse_stream  # noqa: PLC0415 - only where such a file is used
    from dotenv.variables import parse_variables  # noqa: PLC0415 - the same

    values: dict[str, str] = {}
    broken = []
    for binding in parse_stream(StringIO(text)):
        if binding.error:
            broken.append(_find_start(binding.original.string, binding.original.line))
        elif binding.key is not None and binding.value is not None:
            known = {**env, **values}
            parts = parse_variables(binding.value)
            values[binding.key] = "".join(part.resolve(known) for part in parts)
    return Dotenv(values, broken)


def _find_start(statement: str, line: int) -> tuple[int, int]:
    """Return the line and column of a statement that begins on ``line`` with white space."""
    blank = statement[: len(statement) - len(statement.lstrip())]
    return line + blank.count("\n"), len(blank) - blank.rfind("\n")
