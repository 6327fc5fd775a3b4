"""Find the traps that only the text shows: tabs, invisible characters, swallowed comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.excerpt import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.diagnostics.diagnostic import Collector, Diagnostic
    from assembler.document.lines import Lines

__all__ = ["CURLY", "INVISIBLE", "find_text_traps", "has_suspects", "render_invisible"]

INVISIBLE = (
    "[\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2000-\u200f\u202a-\u202f"
    "\u205f-\u206f\u2800\u3000\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
CURLY = "“”„«»\u2018\u2019\u201a"  # quotation marks that are none of YAML's
SWALLOWED = r"[ \t]#[^\s#]"
COMMENT = r"(?m)(?:(?<=[ \t])|^)#[^\r\n]*"
TABS = r"\t+"
NOT_BREAK = r"[^\r\n]"
CLOSED_VALUE_ENDS = frozenset("\"'[]{},|>")
PRAGMA = r"#\s*(?:assembler|yaml-language-server):"

BROKEN = codes.QUOTE_INTERPOLATION.number  # it says the same of its line, and more
Interval = tuple[int, int]


def has_suspects(text: str) -> bool:
    """Return, quickly, whether `find_text_traps` may find anything."""
    if "\t" in text or not text.isascii():
        return True
    return " #" in text and re.search(SWALLOWED, text) is not None


def find_text_traps(
    lines: Lines, covered: Iterable[Interval], quoted_keys: Iterable[Interval], found: Collector
) -> None:
    """Add a diagnostic for each trap of the text.

    ``covered`` are the quoted and block scalars, where tabs and ``#`` are text, in order;
    ``quoted_keys`` those that are keys, where invisible characters are not allowed either.
    """
    masked = _mask(lines.text, covered)
    comments = [comment.span() for comment in _iter_comments(masked)]
    broken = {each.place.span.line for each in found.found if each.code == BROKEN}
    swallowed = _iter_swallowed(lines, masked, comments)
    found.add(*(each for each in swallowed if each.place.span.line not in broken))
    masked = _mask(masked, comments)
    found.add(*_iter_tabs(lines, masked))
    if masked.isascii() and lines.text.isascii():
        return
    invisible = re.compile(INVISIBLE)
    matches = [*invisible.finditer(masked)]
    for start, end in quoted_keys:
        matches += invisible.finditer(lines.text, start, end)
    found.add(*(render_invisible(lines, match.start()) for match in matches))


def render_invisible(lines: Lines, index: int) -> Diagnostic:
    """Build the diagnostic for an invisible character."""
    import unicodedata  # noqa: PLC0415 - hardly any file has one

    character = lines.text[index]
    name = unicodedata.name(character, "").lower()
    remedy = (
        "Replace it with a plain space" if unicodedata.category(character) == "Zs" else "Delete it"
    )
    return codes.INVISIBLE_CHARACTER.at(
        lines.get_place(index),
        f"invisible character U+{ord(character):04X}" + (f" ({name})" if name else ""),
        hint=f"{remedy}; where a value needs it, write it as an escape in double quotes.",
    )


def _mask(text: str, intervals: Iterable[Interval]) -> str:
    """Replace every character of ``intervals`` but line breaks by an x."""
    parts: list[str] = []
    done = 0
    for start, end in intervals:
        parts += (text[done:start], re.sub(NOT_BREAK, "x", text[start:end]))
        done = end
    return "".join((*parts, text[done:]))


def _iter_comments(masked: str) -> Iterator[re.Match[str]]:
    # Python's ^ knows no lone carriage return; a comment after one is found by its own break.
    yield from re.finditer(COMMENT, masked.replace("\r", "\n"))


def _iter_swallowed(lines: Lines, masked: str, comments: list[Interval]) -> Iterator[Diagnostic]:
    for start, end in comments:
        comment = masked[start:end]
        line_start, _ = lines.get_line(start)
        before = masked[line_start:start].rstrip()
        if not before or not re.match(SWALLOWED, f" {comment}") or re.match(PRAGMA, comment):
            continue
        # Only a plain value, or a missing one, could have been meant to go on.
        if lines.text[line_start + len(before) - 1] in CLOSED_VALUE_ENDS:
            continue
        yield codes.SWALLOWED_COMMENT.at(
            lines.get_place(start, end),
            f"'{shorten(comment)}' is a comment, not part of the value",
            hint="Quote the whole value to include it, or add a space after '#'.",
        )


def _iter_tabs(lines: Lines, masked: str) -> Iterator[Diagnostic]:
    for tabs in re.finditer(TABS, masked):
        yield codes.TAB.at(
            lines.get_place(*tabs.span()), "a tab is used as white space", hint="Use spaces."
        )
