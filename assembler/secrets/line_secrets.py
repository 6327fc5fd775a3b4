"""Find the secrets in a line of a profile that is about to be shown."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from assembler.secrets.known import is_secret_key
from assembler.secrets.text_secrets import iter_secret_bounds, names_variable

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["find_line_secrets"]

LIMIT_CHARACTERS = 4096  # of a longer line all is taken for a secret: nobody reads it anyway
KEY = re.compile(r"(?<![\w.\-])(?P<key>[\w.\-]+)[\"']?\s*:\s+(?=\S)")
# The space after the colon may be what is missing; `shop.token:Token` is no key.
TIGHT_KEY = re.compile(r"(?:^|(?<!\$)\{|[,\-])\s*(?P<key>[A-Z_][A-Z0-9_]*):(?=[^\s:])")
# The options of `secret_key`, which say little by themselves.
BARE_KEYS = frozenset({"fallbacks", "key"})
QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"?|'(?:[^']|'')*'?")
# A comment has a space after its `#`; else it may be a part of the value that YAML swallows.
PLAIN = re.compile(r"\S+(?:\s+(?!#(?:\s|$))\S+)*")
PLAIN_IN_FLOW = re.compile(r"[^\s,}\]]+(?:\s+(?!#(?:\s|$))[^\s,}\]]+)*")
# What follows a `?` is a message for whoever has not set the variable.
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::?(?:[-+](?P<argument>[^}]*)|\?[^}]*))?\}?")
# Of other tools, without the quotes that it needs; behind it what it is in may end.
TEMPLATE = re.compile(r"(?P<variable>\{\{[^{}]*\}\})[\s\]}]*")
# What is no secret: nothing, a word, a comment, a text that follows, a `$…` mapping.
HARMLESS = re.compile(r"(?:true|false|null|~|''|\"\")$|#(?=\s|$)|[|>][-+\d]*$|\{\s*[\"']?\$")


def find_line_secrets(line: str) -> list[tuple[int, int]]:
    """Return the start and end of each secret in ``line``, in order, without nested ones.

    A secret is the value of a secret key, the default of a secret variable, or a URL's password.
    Values of several lines are not found.
    """
    if ":" not in line and "=" not in line:
        return []
    if len(line) > LIMIT_CHARACTERS:
        return [(0, len(line))]
    spans: list[tuple[int, int]] = []
    for start, end in sorted(_iter_spans(line), key=lambda span: (span[0], -span[1])):
        if start < end and (not spans or start >= spans[-1][1]):
            spans.append((start, end))
    return spans


def _iter_spans(line: str) -> Iterator[tuple[int, int]]:
    for found in chain(KEY.finditer(line), TIGHT_KEY.finditer(line)):
        if is_secret_key(found["key"]) or found["key"] in BARE_KEYS:
            yield from _iter_below(line, found.start("key"), found.end())
    for found in VARIABLE.finditer(line):
        if found["argument"] and is_secret_key(found["name"]):
            yield found.span("argument")
    for begin, text in _iter_texts(line):
        for start, end in iter_secret_bounds(text):
            if text[start:end].strip("\0"):
                yield begin + start, begin + end


def _iter_texts(line: str) -> Iterator[tuple[int, str]]:
    """Return each default of a variable, and the line without its variables: they have colons."""
    for found in VARIABLE.finditer(line):
        if found["argument"]:
            yield found.start("argument"), found["argument"]
    yield 0, VARIABLE.sub(lambda found: "\0" * len(found[0]), line)


def _iter_below(line: str, key: int, start: int) -> Iterator[tuple[int, int]]:
    """Yield the secret parts of the value at ``start``, whose key at ``key`` is secret."""
    is_flow = line.count("{", 0, key) > line.count("}", 0, key)
    is_list = line[start] in "[{"
    plain = PLAIN_IN_FLOW if is_flow and not is_list else PLAIN
    value = QUOTED.match(line, start) or plain.match(line, start)
    if value is None or HARMLESS.match(line, start, value.end()):
        return
    start, end = value.span()
    if line[start] in "\"'":  # the quotes stay
        start, end = start + 1, max(start + 1, end - (line[end - 1] == line[start]))
    template = TEMPLATE.fullmatch(line, start, end)
    if names_variable(line[start:end] if template is None else template["variable"]):
        return
    variable = VARIABLE.match(line, start)
    if variable is None or variable.end() < end or not variable[0].endswith("}"):
        yield start, end
    elif variable["argument"]:
        yield variable.span("argument")
