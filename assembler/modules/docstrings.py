"""Read what a docstring says of each parameter, as Sphinx, Google and NumPy write it."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Find = Callable[[str], re.Match[str] | None]

__all__ = ["find_parameter_texts", "find_summary"]

SPHINX = re.compile(r":param\s(?P<words>[^:]*+):(?P<text>.*)")
GOOGLE = re.compile(r"\*{0,2}(?P<names>\w++)\s*+(?:\([^)]*+\))?:(?P<text>.*)")
NUMPY = re.compile(r"(?P<names>\*{0,2}\w+(?:, \*{0,2}\w+)*)\s*(?::.*)?(?P<text>)")
GOOGLE_TITLE = re.compile(r"(?:Args|Arguments|Parameters|Keyword Args|Keyword Arguments):")
NUMPY_TITLE = re.compile(r"(?:Other )?Parameters|Attributes")
SENTENCE = re.compile(r"(?<=\w\w[.!?])\s")


def find_summary(docstring: str | None) -> str:
    """Return its first sentence, on one line; empty without a docstring."""
    paragraph = inspect.cleandoc(docstring or "").partition("\n\n")[0]
    return _get_sentence(paragraph)


def find_parameter_texts(docstring: str | None) -> dict[str, str]:
    """Return the first sentence about each parameter that it describes, on one line."""
    lines = inspect.cleandoc(docstring or "").splitlines()
    found: dict[str, str] = {}
    for names, text in (*_iter_sphinx(lines), *_iter_sections(lines)):
        for name in names.split(","):
            found.setdefault(name.strip(" *"), _get_sentence(text))
    return found


def _get_sentence(text: str) -> str:
    return SENTENCE.split(" ".join(text.split()), maxsplit=1)[0]


def _iter_sphinx(lines: list[str]) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(lines):
        match = SPHINX.match(line.strip())
        words = [] if match is None else match["words"].split()  # its type may come first
        if match is not None and words:
            more = _take_deeper(lines[number + 1 :], _get_indent(line))
            yield words[-1].lstrip("*"), f"{match['text'].strip()} {more}"


def _iter_sections(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield what sections of parameters say: below a title with a colon, or an underlined one."""
    for number, line in enumerate(lines):
        below = lines[number + 1 : number + 2]
        if GOOGLE_TITLE.fullmatch(line) and below and below[0][:1].isspace():
            yield from _iter_items(lines[number + 1 :], GOOGLE.fullmatch)
        elif NUMPY_TITLE.fullmatch(line) and below and below[0].startswith("---"):
            yield from _iter_items(lines[number + 2 :], NUMPY.fullmatch)


def _iter_items(lines: list[str], find: Find) -> Iterator[tuple[str, str]]:
    """Yield the items of a section, which are as deep as its first line; what is above ends it."""
    depth = _get_indent(lines[0]) if lines else 0
    for number, line in enumerate(lines):
        is_underlined = "".join(lines[number + 1 : number + 2]).startswith("---")
        if line.strip() and (_get_indent(line) < depth or is_underlined):
            return
        match = find(line.lstrip()) if _get_indent(line) == depth else None
        if match is not None:
            more = _take_deeper(lines[number + 1 :], depth)
            yield match["names"], f"{match['text'].strip()} {more}"


def _take_deeper(lines: list[str], depth: int) -> str:
    """Return the lines from the first on that are indented deeper than ``depth``."""
    taken: list[str] = []
    for line in lines:
        if not line.strip() or _get_indent(line) <= depth:
            break
        taken.append(line)
    return "\n".join(taken)


def _get_indent(line: str) -> int:
    return len(line) - len(line.lstrip())
