"""Check the core rules of YAML 1.2 and the traps that a plain scalar may hold."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembler.diagnostics import codes
from assembler.document import scalars
from assembler.document.scalars import find_open_interpolation, find_trap, parse_scalar

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("nULL", "nULL"),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("tRUE", "tRUE"),
        ("false", False),
        ("False", False),
        ("FALSE", False),
        ("0", 0),
        ("-12", -12),
        ("+7", 7),
        ("0755", 755),
        ("0o17", 15),
        ("0o18", "0o18"),
        ("-0o17", "-0o17"),
        ("0xfF", 255),
        ("0xg", "0xg"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("-1e3", -1000.0),
        ("1e-2", 0.01),
        (".", "."),
        ("-", "-"),
        ("+", "+"),
        ("1e", "1e"),
        ("1.2.3", "1.2.3"),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("+.Inf", math.inf),
        ("inf", "inf"),
        ("nan", "nan"),
        ("no", "no"),
        ("on", "on"),
        ("y", "y"),
        ("1:30", "1:30"),
        ("22:22", "22:22"),
        ("2024-01-01", "2024-01-01"),
        ("2024-13-45", "2024-13-45"),
        ("127.0.0.1:5001", "127.0.0.1:5001"),
        ("٣", "٣"),
        ("<<", "<<"),
    ],
)
def test_core_rules_give_the_value(text: str, value: object) -> None:
    """Every form of the core schema has its type, and everything else is text."""
    parsed = parse_scalar(text)

    assert parsed == value
    assert type(parsed) is type(value)


def test_not_a_number_is_a_float() -> None:
    """`.nan` is the float that equals nothing."""
    parsed = parse_scalar(".nan")

    assert isinstance(parsed, float)
    assert math.isnan(parsed)


@pytest.mark.parametrize("text", ["9" * 5000, "0x" + "f" * 5000, "1." + "0" * 5000])
def test_number_of_5000_digits_stays_text(text: str) -> None:
    """A number that Python would refuse to print is never made."""
    assert parse_scalar(text) == text
    assert find_trap(text) is codes.NUMBER_TOO_LONG


def test_longest_number_can_be_printed_and_read_back() -> None:
    """A number at the limit is still an ordinary one."""
    parsed = parse_scalar("0x" + "f" * (scalars.LIMIT_NUMBER_CHARACTERS - 2))

    assert isinstance(parsed, int)
    assert int(str(parsed)) == parsed


@pytest.mark.parametrize(
    ("text", "trap"),
    [
        ("yes", codes.BOOLEAN_WORD),
        ("No", codes.BOOLEAN_WORD),
        ("ON", codes.BOOLEAN_WORD),
        ("off", codes.BOOLEAN_WORD),
        ("y", None),
        ("n", None),
        ("none", None),
        ("0755", codes.AMBIGUOUS_NUMBER),
        ("-07", codes.AMBIGUOUS_NUMBER),
        ("0", None),
        ("0o755", None),
        ("3.10", codes.AMBIGUOUS_NUMBER),
        ("2.00", codes.AMBIGUOUS_NUMBER),
        ("1.0", None),
        ("3.11", None),
        ("3.1.10", None),
        ("1_000", codes.AMBIGUOUS_NUMBER),
        ("-1_0.5_0", codes.AMBIGUOUS_NUMBER),
        ("0b11", codes.AMBIGUOUS_NUMBER),
        ("0xF_F", codes.AMBIGUOUS_NUMBER),
        ("_1", None),
        ("1__0", None),
        ("0b12", None),
        ("0xFF", None),
        ("12e4567", codes.AMBIGUOUS_NUMBER),
        ("0e123", codes.AMBIGUOUS_NUMBER),
        ("1e-400", codes.AMBIGUOUS_NUMBER),
        ("1e6", None),
        ("1e100", None),
        ("12e45f7", None),
        ("1:30", codes.SEXAGESIMAL),
        ("22:22", codes.SEXAGESIMAL),
        ("00:30.5", codes.SEXAGESIMAL),
        ("00:30", None),
        ("-health", codes.MISSING_SPACE),
        ("--", None),
        ("-", None),
        ("1:60", None),
        ("8080:80", None),
        ("127.0.0.1:5001", None),
        ("2024-01-01", codes.DATE_TEXT),
        ("2024-13-45", codes.DATE_TEXT),
        ("2024-01-01T10:00:00Z", codes.DATE_TEXT),
        ("2024-01", None),
        ("<<", codes.MERGE_KEY),
        ("debug:true", codes.MISSING_SPACE),
        ("http://localhost", None),
        ("shop.auth:blueprint", None),
        ("module:", None),
        ("${A:-b", codes.QUOTE_INTERPOLATION),
        ("${A:-b}", None),
        ("${A:-${B}}", None),
        ("${A:-${B}", codes.QUOTE_INTERPOLATION),
        ("$${A", None),
        ("text", None),
        ("", None),
    ],
)
def test_trap_is_found(text: str, trap: Code | None) -> None:
    """Exactly the texts that some reader takes for something else are traps."""
    assert find_trap(text) is trap


@pytest.mark.parametrize(
    ("text", "place"), [("a ${b", 2), ("${a} ${b", 5), ("${a ${b}", 0), ("}${a}{", None)]
)
def test_open_interpolation_has_its_place(text: str, place: int | None) -> None:
    """The outermost `${` without its brace is the one that is found."""
    assert find_open_interpolation(text) == place


@given(st.text(max_size=80))
def test_any_text_has_a_value_and_the_table_remembers_it_right(text: str) -> None:
    """The remembered reading is the one that the functions give."""
    expected = (parse_scalar(text), find_trap(text))

    first, second = scalars.READINGS[text], scalars.READINGS[text]

    assert repr(first) == repr(second) == repr(expected)


def test_table_forgets_before_it_grows_without_bound() -> None:
    """Neither many texts nor long ones fill the memory."""
    readings = scalars.Readings()

    for number in range(scalars.LIMIT_REMEMBERED * 2 + 5):
        readings[f"t{number}"]
        readings["x" * (scalars.LIMIT_REMEMBERED_CHARACTERS + 1 + number % 7)]

    assert 0 < len(readings) <= scalars.LIMIT_REMEMBERED
    assert max(map(len, readings)) <= scalars.LIMIT_REMEMBERED_CHARACTERS
