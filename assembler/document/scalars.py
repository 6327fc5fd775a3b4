"""Read plain scalars by YAML 1.2's core rules, and find those that may surprise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assembler.diagnostics import codes

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Code

__all__ = [
    "LIMIT_NUMBER_CHARACTERS",
    "READINGS",
    "STEP_KEYS",
    "WORD_AND_COLON",
    "Readings",
    "find_open_interpolation",
    "find_trap",
    "parse_scalar",
]

LIMIT_NUMBER_CHARACTERS = 500
"""Longer numbers stay strings: with a few hundred more digits, Python refuses to print them."""

LIMIT_REMEMBERED = 4096
LIMIT_REMEMBERED_CHARACTERS = 64

STEP_KEYS = frozenset(
    "use name with init when as after before on_error app_context close".split()  # noqa: SIM905 - reads as the contract has it
)

Value = bool | int | float | str | None

WORDS: dict[str, Value] = {
    "": None,
    **dict.fromkeys(("~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
BOOLEAN_WORDS = frozenset(
    form for word in ("yes", "no", "on", "off") for form in (word, word.title(), word.upper())
)
NUMBER_STARTS = frozenset("0123456789+-.")
INFINITY = float("inf")

INTEGER = re.compile(r"[-+]?[0-9]+")
BASED_INTEGER = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
LEADING_ZERO = re.compile(r"[-+]?0[0-9]+")
TRAILING_ZERO = re.compile(r"[0-9]+\.[0-9]+0")
SEXAGESIMAL = re.compile(r"[-+]?(?:[1-9][0-9]*(?::[0-5]?[0-9])+|[0-9]+(?::[0-5]?[0-9])+\.[0-9]*)")
LEGACY_NUMBER = re.compile(
    r"[-+]?(?:0b[01_]+|[0-9]+(?:_[0-9]+)+(?:\.[0-9_]*)?|0x[0-9a-fA-F]+_[0-9a-fA-F_]+)"
)
LARGE_EXPONENT = re.compile(r"[-+]?[0-9.]+[eE][-+]?[0-9]{3,}")
DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?")
INTERPOLATION_PART = re.compile(r"\$\$|\$\{|[{}]")
WORD_BEHIND_DASH = re.compile(r"-[A-Za-z_$]")
WORD_AND_COLON = re.compile(r"\$?[A-Za-z_][A-Za-z0-9_-]*:(?!//)[^\s:]")


def parse_scalar(text: str) -> Value:
    """Return the value of the plain scalar ``text``: null, a boolean, a number, or a string.

    A number of more than `LIMIT_NUMBER_CHARACTERS` stays a string.

    Source: YAML 1.2.2, section 10.3.2, tag resolution of the core schema.
    """
    if text in WORDS:
        return WORDS[text]
    if text[0] not in NUMBER_STARTS or len(text) > LIMIT_NUMBER_CHARACTERS:
        return text
    if INTEGER.fullmatch(text):
        return int(text)
    if BASED_INTEGER.fullmatch(text):
        return int(text, 0)
    return float(text) if FLOAT.fullmatch(text) else text


def find_trap(text: str) -> Code | None:
    """Return the code of the trap in the plain scalar ``text``, if there is one.

    Whether `MERGE_KEY` and `MISSING_SPACE` apply depends on where it is, which the caller knows.
    """
    if text in BOOLEAN_WORDS:
        return codes.BOOLEAN_WORD
    if text == "<<":
        return codes.MERGE_KEY
    if text[:1] in NUMBER_STARTS:
        return _find_number_trap(text)
    if "${" in text and find_open_interpolation(text) is not None:
        return codes.QUOTE_INTERPOLATION
    return codes.MISSING_SPACE if WORD_AND_COLON.match(text) else None


def find_open_interpolation(text: str) -> int | None:
    """Return the offset of the outermost ``${`` that is never closed; ``$$`` is a dollar sign."""
    depth, start = 0, None
    for part in INTERPOLATION_PART.finditer(text):
        if part.group() == "${" or (depth and part.group() == "{"):
            start = start if depth else part.start()
            depth += 1
        elif depth and part.group() == "}":
            depth -= 1
    return start if depth else None


def _find_number_trap(text: str) -> Code | None:
    if len(text) > LIMIT_NUMBER_CHARACTERS:
        is_number = any(p.fullmatch(text) for p in (INTEGER, BASED_INTEGER, FLOAT))
        return codes.NUMBER_TOO_LONG if is_number else None
    if LEADING_ZERO.fullmatch(text) or TRAILING_ZERO.fullmatch(text):
        return codes.AMBIGUOUS_NUMBER
    if SEXAGESIMAL.fullmatch(text):
        return codes.SEXAGESIMAL
    if LEGACY_NUMBER.fullmatch(text) or _is_lost(text):
        return codes.AMBIGUOUS_NUMBER
    if DATE.fullmatch(text):
        return codes.DATE_TEXT
    return codes.MISSING_SPACE if WORD_BEHIND_DASH.match(text) else None


def _is_lost(text: str) -> bool:
    """Return whether ``text`` is read as zero or infinity, such as the hash ``12e4567``."""
    is_large = LARGE_EXPONENT.fullmatch(text) is not None
    return is_large and parse_scalar(text) in {0.0, INFINITY, -INFINITY}


class Readings(dict[str, tuple[Value, "Code | None"]]):
    """The results of `parse_scalar` and `find_trap` by text; short texts are remembered.

    A mapping, not a function: most lookups find what is already known.
    """

    def __missing__(self, text: str) -> tuple[Value, Code | None]:
        """Read ``text``, and remember the result if it is short."""
        reading = (parse_scalar(text), find_trap(text))
        # Long texts hardly repeat, and would make the memory grow with what others wrote.
        if len(text) <= LIMIT_REMEMBERED_CHARACTERS:
            if len(self) >= LIMIT_REMEMBERED:
                self.clear()
            self[text] = reading
        return reading


READINGS = Readings()
