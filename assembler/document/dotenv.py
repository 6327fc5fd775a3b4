"""Parse dotenv files by python-dotenv's rules."""

from __future__ import annotations

from collections import ChainMap
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple, cast

from assembler.document.template import LIMIT_EXPANDED_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BrokenStatement", "Dotenv", "parse_dotenv"]

LIMIT = f"{LIMIT_EXPANDED_CHARACTERS:,} characters"
TOO_LARGE = f"its variables expand to more than the limit of {LIMIT}"


class BrokenStatement(NamedTuple):
    """A statement that cannot be read: where it starts, and why."""

    line: int
    column: int
    reason: str = "expected KEY=value"


class Dotenv(NamedTuple):
    """What a dotenv file says, and each statement that cannot be read."""

    values: dict[str, str]
    broken: list[BrokenStatement]


def parse_dotenv(text: str, env: Mapping[str, str]) -> Dotenv:
    """Parse a dotenv file; ``${…}`` in it are looked up in the file so far, then in ``env``."""
    from dotenv.parser import parse_stream  # noqa: PLC0415 - only where such a file is used
    from dotenv.variables import parse_variables  # noqa: PLC0415 - the same

    values: dict[str, str] = {}
    broken = []
    known = cast("Mapping[str, str | None]", ChainMap(values, dict(env)))
    left = LIMIT_EXPANDED_CHARACTERS
    for binding in parse_stream(StringIO(text)):
        place = _find_start(binding.original.string, binding.original.line)
        if binding.error:
            broken.append(BrokenStatement(*place))
        elif binding.key is not None and binding.value is not None:
            parts = []
            for part in parse_variables(binding.value):
                parts.append(part.resolve(known))
                left -= len(parts[-1])
                if left < 0:
                    return Dotenv(values, [*broken, BrokenStatement(*place, TOO_LARGE)])
            values[binding.key] = "".join(parts)
    return Dotenv(values, broken)


def _find_start(statement: str, line: int) -> tuple[int, int]:
    """Return the line and column of a statement that begins on ``line`` with white space."""
    blank = statement[: len(statement) - len(statement.lstrip())]
    return line + blank.count("\n"), len(blank) - blank.rfind("\n")
