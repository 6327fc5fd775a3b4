"""Define the kinds of values that known config keys take, and read each from a string."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple

from assembler.document.scalars import parse_scalar
from assembler.language.flags import parse_flag

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "BYTES",
    "ECHO",
    "FLAG",
    "HOST",
    "INTEGER",
    "LIST",
    "MAPPING",
    "SECONDS",
    "STRING",
    "URL",
    "KeyKind",
]

QUANTITY = r"(?a)(?P<number>[0-9]{1,9}(?:\.[0-9]{1,9})?) ?(?P<unit>[a-z]{1,7})"
BYTE_UNITS = {
    name: 1024**power
    for power, letter in enumerate("kmgt", start=1)
    for name in (letter, f"{letter}b", f"{letter}ib")
}
SECOND_UNITS = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), 3_600),
    **dict.fromkeys(("d", "day", "days"), 86_400),
    **dict.fromkeys(("w", "week", "weeks"), 604_800),
}


class KeyKind(NamedTuple):
    """What a config key takes, and how it is written as a string.

    A string is right as it is where ``read`` returns that very string.
    """

    words: str  # what is expected, after "expected"
    read: Callable[[str], object]  # raises ValueError
    remedy: str  # after "Write"
    units: Mapping[str, int] = {}
    keeps_blanks: bool = False  # white space at the ends belongs to the value
    keeps_empty: bool = False  # the empty string is a value; otherwise it counts as not set

    def find_remedy(self, text: str) -> str:
        """Return how to write what ``text`` means, as a sentence that may repeat it."""
        text = text.strip()
        match = re.fullmatch(QUANTITY, text.lower())
        if match is not None and match["unit"] in self.units:
            return f"Write {round(float(match['number']) * self.units[match['unit']])}."
        if self is HOST and "://" in text:
            host = re.split("[/?#]", text.partition("://")[2], maxsplit=1)[0]
            return f"Write `{host.rpartition('@')[2]}`."
        try:
            value = self.read(text)
        except ValueError:
            return f"Write {self.remedy}."
        import json  # noqa: PLC0415 - only for a hint

        return f"Write {json.dumps(value)}, without quotes."


def _read_integer(text: str) -> int:
    value = parse_scalar(text)
    if type(value) is int:  # no boolean, which is one as well
        return value
    raise ValueError(text)


def _read_seconds(text: str) -> float:
    value = parse_scalar(text)
    if not isinstance(value, (bool, str)) and value is not None and math.isfinite(value):
        return value
    raise ValueError(text)


def _read_echo(text: str) -> bool | str:
    return text if text == "debug" else parse_flag(text)


def _read_host(text: str) -> str:
    if any(letter in text for letter in "/?#@") or not text.isprintable() or " " in text:
        raise ValueError(text)
    return text


def _read_list(text: str) -> list[object]:
    """Read a JSON list; a string that is no JSON is the only item."""
    value = _read_json(text) if text.startswith("[") else [text]
    if not isinstance(value, list) or (not text.startswith("[") and "," in text):
        raise ValueError(text)
    return value


def _read_mapping(text: str) -> dict[str, object]:
    value = _read_json(text)
    if isinstance(value, dict):
        return value
    raise ValueError(text)


def _read_json(text: str) -> object:
    import json  # noqa: PLC0415 - only for such a value

    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError(text) from error


FLAG = KeyKind("true or false", parse_flag, "true or false")
INTEGER = KeyKind("an integer", _read_integer, "a whole number, without quotes")
BYTES = KeyKind(
    "a number of bytes", _read_integer, "the number of bytes, such as 16777216", BYTE_UNITS
)
SECONDS = KeyKind(
    "a number of seconds", _read_seconds, "the number of seconds, such as 43200", SECOND_UNITS
)
LIST = KeyKind("a list", _read_list, 'a list, such as ["a", "b"]')
MAPPING = KeyKind("a mapping", _read_mapping, 'a mapping, such as {"a": 1}')
HOST = KeyKind(
    "a host", _read_host, "a host without a scheme and a path, such as `shop.example.com`",
    keeps_empty=True,
)  # fmt: skip
URL = KeyKind("a URL", str, "a URL", keeps_empty=True)
STRING = KeyKind("a string", str, "a string", keeps_blanks=True, keeps_empty=True)
# SQLAlchemy's own: "debug" prints the rows, too.
ECHO = KeyKind("true, false or debug", _read_echo, "true, false or debug")
