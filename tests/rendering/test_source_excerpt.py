"""Test that the caret stands under what is meant, whatever the line is made of."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembler.diagnostics.diagnostic import Place, Span
from assembler.rendering.source_excerpt import SourceLines

if TYPE_CHECKING:
    from pathlib import Path


def render(line: str, start: int, end: int) -> tuple[str, str]:
    """Return the line as shown, and the line of carets, both without what stands before."""
    place = Place("a.yaml", Span(1, start, 1, end))
    _, shown, carets = SourceLines({"a.yaml": line}).render_excerpt(place, color=False)
    return shown.removeprefix("  1 | "), carets.removeprefix("    | ")


@pytest.mark.parametrize(
    ("line", "marked", "carets"),
    [
        ("name: web", "web", "      ^^^"),
        ("名前: web", "web", "      ^^^"),  # wide characters take two columns
        ("a: 日本 b", "日本", "   ^^^^"),
        ("e\u0301e\u0301: x", "x", "    ^"),  # a combining mark takes none
        ("\u0915\u0941: x", "x", "   ^"),  # nor one whose combining class is 0
        ("a\ufe0f: x", "x", "   ^"),  # nor a variation selector
        ("\u1112\u1161\u11ab: x", "x", "    ^"),  # Hangul in parts is one wide character
        ("\tname: web", "web", "          ^^^"),  # a tab is four columns
        ("a:\tb", "\t", "  ^^^^"),
        ("a\u200bb: x", "\u200b", " ^"),  # what cannot be seen is shown as one character
        ("x: \U0001f600 y", "y", "      ^"),
    ],
)
def test_the_caret_is_under_what_is_meant(line: str, marked: str, carets: str) -> None:
    """By the columns of a terminal, not by the characters."""
    start = line.index(marked) + 1

    assert render(line, start, start + len(marked))[1] == carets


def test_the_line_is_shown_as_it_is_but_for_what_steers_a_terminal() -> None:
    """Tabs become spaces, and control characters something to see."""
    shown, _ = render("a:\t\x1b[31mé\u0301 日", 1, 2)

    assert shown == "a:    \ufffd[31mé\u0301 日"
    assert all(one.isprintable() or unicodedata.combining(one) for one in shown)


def test_a_span_of_several_lines_is_marked_to_the_end_of_its_first() -> None:
    """And one that is empty, or behind the end, has one caret."""
    lines = SourceLines({"a": "abc: |\n  x\n"})

    def get_carets(span: Span) -> str:
        return lines.render_excerpt(Place("a", span), color=False)[-1].removeprefix("    | ")

    assert get_carets(Span(1, 6, 2, 4)) == "     ^"
    assert get_carets(Span(1, 1, 3, 1)) == "^^^^^^"
    assert get_carets(Span(1, 2, 1, 2)) == " ^"
    assert get_carets(Span(1, 7, 1, 8)) == "      ^"


def test_a_secret_is_masked_and_the_caret_moves_along() -> None:
    """What stands behind it is still marked."""
    assert render("{SECRET_KEY: hunter2, x: yes}", 26, 29) == (
        "{SECRET_KEY: ***, x: yes}",
        "                     ^^^",
    )
    assert render("PASSWORD: hunter2", 11, 18) == ("PASSWORD: ***", "          ^^^")


@pytest.mark.parametrize("column", [1, 50, 400, 900])
def test_of_a_long_line_the_part_around_the_caret_is_shown(column: int) -> None:
    """With dots where it was cut."""
    line = "x" * (column - 1) + "Y" + "x" * (1000 - column)

    shown, carets = render(line, column, column + 1)

    assert len(shown) < 200
    assert shown[len(carets) - 1] == "Y"
    assert shown.startswith("…") is (column > 60)
    assert shown.endswith("…") is (column < 900)


def test_a_file_is_read_as_its_positions_count(tmp_path: Path) -> None:
    """Lines end as YAML's do, and a byte order mark is no character of the first."""
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbfone: 1\rtwo: \xc2\x852\r\nthree: \xff\n")
    lines = SourceLines()

    shown = [lines.find_line(Place(str(file), Span(number))) for number in range(5)]

    assert shown == [None, "one: 1", "two: \x852", "three: \ufffd", ""]
    assert lines.find_line(Place(str(tmp_path), Span(1))) == ""
    assert lines.render_excerpt(Place("not there"), color=False) == []


def test_only_the_carets_are_colored() -> None:
    """Red, and nothing after it."""
    place = Place("a", Span(1, 1, 1, 2))

    *_, carets = SourceLines({"a": "x: 1"}).render_excerpt(place, color=True)

    assert carets == "    | \x1b[31;1m^\x1b[0m"


@given(
    st.text(max_size=300),
    st.integers(1, 310),
    st.integers(1, 310),
    st.integers(0, 1),
)
def test_any_line_and_any_span_give_lines_for_a_terminal(
    text: str, column: int, end: int, more_lines: int
) -> None:
    """Whatever a profile holds, and wherever a finding points."""
    place = Place("a", Span(1, column, 1 + more_lines, end))

    lines = SourceLines({"a": text}).render_excerpt(place, color=False)

    assert len(lines) in (0, 3)
    assert all(line.isprintable() for line in lines)
    assert not lines or lines[-1].count("^") >= 1


def test_the_secrets_around_a_place_in_a_long_line_are_known() -> None:
    """All of it is masked where it is shown; what is said of a place shows none beside it."""
    line = "{" + "A: 1, " * 2000 + "MAIL_PASSWORD: hunter2-and-more, " + "B: 1, " * 2000 + "}"
    column = line.index("MAIL") + 1
    lines = SourceLines({"p.yaml": line})
    near = lines.find_secrets(Place("p.yaml", Span(1, column, 1, column + 4)))
    assert near is not None
    assert near.scrub("got hunter2-and-more") == "got ***"
    assert lines.find_secrets(Place("p.yaml", Span(1, 5, 1, 6))) is None
