"""Texts with `${VAR}` in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembler.document.ends import strip_newline
from assembler.document.template import (
    LIMIT_NESTING,
    ExpansionTooLargeError,
    MalformedTemplate,
    Variable,
    expand,
    is_single,
    parse_template,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ENV = {"SET": "value", "EMPTY": "", "OTHER": "other", "DOLLAR": "${SET} $$"}

# What docker compose makes of each with ENV; where it takes `$NAME` as a variable too, the
# difference is in the last group.
EXPANSIONS = [
    ("", ""),
    ("plain", "plain"),
    ("${SET}", "value"),
    ("a ${SET} b", "a value b"),
    ("${SET}${OTHER}", "valueother"),
    ("${EMPTY}", ""),
    ("${SET:-default}", "value"),
    ("${EMPTY:-default}", "default"),
    ("${UNSET:-default}", "default"),
    ("${UNSET:-}", ""),
    ("${SET-default}", "value"),
    ("${EMPTY-default}", ""),
    ("${UNSET-default}", "default"),
    ("${SET:+other}", "other"),
    ("${EMPTY:+other}", ""),
    ("${UNSET:+other}", ""),
    ("${SET+other}", "other"),
    ("${EMPTY+other}", "other"),
    ("${UNSET+other}", ""),
    ("${SET:?needed}", "value"),
    ("${SET?needed}", "value"),
    ("${EMPTY?needed}", ""),
    ("${UNSET:-${SET}}", "value"),
    ("${UNSET:-${EMPTY:-${OTHER}}}", "other"),
    ("${UNSET:-a ${SET} b ${OTHER}} c", "a value b other c"),
    ("${SET:+<${OTHER}>}", "<other>"),
    ("${UNSET:-:-}", ":-"),
    ("${UNSET:-a:?b}", "a:?b"),
    ("${UNSET:-sqlite:///shop.db?x=1#y}", "sqlite:///shop.db?x=1#y"),
    ("${UNSET:-{}}", "{}"),
    ("${SET:-{}}", "value}"),
    ("$$", "$"),
    ("$${SET}", "${SET}"),
    ("$$${SET}", "$value"),
    ("$$$${SET}", "$${SET}"),
    ("${UNSET:-$$5}", "$5"),
    ("${UNSET:-$${SET}}", "${SET}"),
    ("${SET:-$${SET}}", "value"),
    ("${UNSET:-$${a}${SET}$${b}}", "${a}value${b}"),
    ("a } b", "a } b"),
    ("{SET}", "{SET}"),
    # what came of the environment is text, whatever it looks like
    ("${DOLLAR}", "${SET} $$"),
    # unlike in compose
    ("$SET", "$SET"),
    ("5 $ each", "5 $ each"),
    ("$", "$"),
    ("^a$", "^a$"),
    ("${UNSET:-$SET}", "$SET"),
]

MALFORMED = [
    ("${", 0),
    ("${}", 0),
    ("${1A}", 0),
    ("${-x}", 0),
    ("${ SET}", 0),
    ("${SET }", 0),
    ("${SET", 0),
    ("${SET:}", 0),
    ("${SET:x}", 0),
    ("${SET!x}", 0),
    ("${S.T}", 0),
    ("${\u00c4}", 0),
    ("a ${SET} ${SET:-b", 9),
    ("${SET:-a ${b c}}", 9),
    ("$$${", 2),
    ("${SET:-$${}", 0),
]


@pytest.mark.parametrize(("text", "expected"), EXPANSIONS)
def test_a_text_expands_as_in_docker_compose(text: str, expected: str) -> None:
    """Each form gives what docker compose gives for it."""
    assert expand(parse_template(text), ENV) == (expected, ())


@pytest.mark.parametrize(("text", "offset"), MALFORMED)
def test_a_malformed_text_is_refused_at_its_offset(text: str, offset: int) -> None:
    """What is no form of the language is refused, and never taken for text."""
    with pytest.raises(MalformedTemplate) as caught:
        parse_template(text)

    assert caught.value.offset == offset
    assert caught.value.message


def test_every_missing_variable_is_given() -> None:
    """One that is missing does not hide the next; what a default covers is not missing."""
    template = parse_template("${A} ${B:?say ${SET}} ${C:-${D}} ${SET:-${E}} ${EMPTY:?}")

    text, missing = expand(template, ENV)

    assert text == "   value "
    assert [(lack.variable.name, lack.message) for lack in missing] == [
        ("A", None),
        ("B", "say value"),
        ("D", None),
        ("EMPTY", ""),
    ]


def test_a_variable_knows_where_it_stands() -> None:
    """The offsets cut the written `${…}` out of the text, inside of another one too."""
    text = "a$$ ${X:-b${Y}} c"
    (_, outer, _) = parse_template(text)
    assert isinstance(outer, Variable)
    inner = outer.argument[1]
    assert isinstance(inner, Variable)

    assert text[outer.start : outer.end] == "${X:-b${Y}}"
    assert text[inner.start : inner.end] == "${Y}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${A}", True),
        ("${A:-${B}}", True),
        ("${A:-a b}", True),
        ("${A}${B}", False),
        (" ${A}", False),
        ("${A} ", False),
        ("$${A}", False),
        ("$A", False),
        ("${A", False),
        ("${A}}", False),
        ("", False),
    ],
)
def test_single_is_one_form_and_nothing_else(text: str, *, expected: bool) -> None:
    """Only a text that one variable fills from end to end is single."""
    assert is_single(text) is expected


def test_nesting_is_bounded() -> None:
    """Forms inside forms are fine up to the limit, and an error beyond it, not a crash."""
    fine = "${A:-" * LIMIT_NESTING + "x" + "}" * LIMIT_NESTING
    assert expand(parse_template(fine), {}).text == "x"

    with pytest.raises(MalformedTemplate, match="nested"):
        parse_template("${A:-" * 100_000 + "x" + "}" * 100_000)


PIECES = ["${", "}", "$$", "$", "{", "A", "B", "1", ":", "-", "+", "?", " ", "é", "text", "\n"]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_text_expands_or_is_malformed(text: str) -> None:
    """Nothing else is ever raised, and the offset is inside the text."""
    offset = None
    try:
        expansion = expand(parse_template(text), {"A": "a"})
    except MalformedTemplate as error:
        offset = error.offset
    if offset is not None:
        assert text.startswith("${", offset)
    elif "${" not in text:
        assert expansion == (text.replace("$$", "$"), ())


@given(st.text())
def test_a_dollar_that_is_doubled_survives(text: str) -> None:
    """Doubling each dollar sign quotes any text."""
    assert expand(parse_template(text.replace("$", "$$")), {}).text == text


FORMS: dict[str, Callable[[str | None, str], str | None]] = {
    "": lambda value, _word: value,
    ":-": lambda value, word: value or word,
    "-": lambda value, word: word if value is None else value,
    ":+": lambda value, word: word if value else "",
    "+": lambda value, word: "" if value is None else word,
    ":?": lambda value, _word: value or None,
    "?": lambda value, _word: value,
}


@given(
    st.sampled_from(sorted(FORMS)),
    st.none() | st.text(),
    st.text(alphabet=st.characters(exclude_characters="$}")),
)
def test_the_forms_agree_with_their_table(sign: str, value: str | None, word: str) -> None:
    """For any value and any word: what the form gives, or that the variable is missing."""
    env = {} if value is None else {"X": value}
    form = f"${{X{sign}{word if sign else ''}}}"
    expected = FORMS[sign](None if value is None else strip_newline(value), word)

    text, missing = expand(parse_template(f"<{form}>"), env)

    assert bool(missing) is (expected is None)
    assert text == f"<{expected or ''}>"


@pytest.mark.parametrize(
    "text",
    ["${BIG}${BIG}", "${NO:-${BIG}${BIG}}", "${BIG:+${BIG}}${BIG}", "${NO:?${BIG}}${BIG}", "a" * 9],
)
def test_expansion_is_limited_before_it_is_made(text: str) -> None:
    """The pieces are counted, also those of a message."""
    env = {"BIG": "12345"}

    with pytest.raises(ExpansionTooLargeError):
        expand(parse_template(text), env, 8)
    expand(parse_template(text), env, 10)
