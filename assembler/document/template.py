"""Parse and expand strings with `${VAR}` in them.

The forms and their meaning are those of docker compose: `${VAR}`, `${VAR:-default}`,
`${VAR-default}`, `${VAR:+other}`, `${VAR+other}`, `${VAR:?message}` and `${VAR?message}`, where
the right-hand side may contain more of them, and `$$` for a dollar sign. Unlike there, `$NAME` and
a lone `$` are literal.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from assembler.document.ends import strip_newline

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "LIMIT_EXPANDED_CHARACTERS",
    "Expansion",
    "ExpansionTooLargeError",
    "MalformedTemplate",
    "Missing",
    "Template",
    "Variable",
    "expand",
    "find_template",
    "is_mixed",
    "is_single",
    "iter_variables",
    "parse_template",
]

LIMIT_REMEMBERED_CHARACTERS = 200
LIMIT_EXPANDED_CHARACTERS = 16 * 1024 * 1024  # of all that one profile is expanded to
LIMIT_NESTING = 50  # of forms inside the right-hand sides of others

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
OPERATOR = re.compile(r":?[-+?]")
PIECE = re.compile(r"\$\$\{?|\$\{|\}|[^$}]+|\$")


class Variable(NamedTuple):
    """One `${…}`; `start` and `end` are offsets in the text that it was read from."""

    name: str
    operator: str  # empty, or one of - :- + :+ ? :?
    argument: Template  # what stands right of the operator
    start: int
    end: int


Template = tuple["str | Variable", ...]
"""The pieces of a string, `$$` already read as a dollar sign."""


class Missing(NamedTuple):
    """A variable that has no value and no default; ``message`` is what a `?` gave for that case."""

    variable: Variable
    message: str | None


class Expansion(NamedTuple):
    """The expanded text, and every variable that was missing."""

    text: str
    missing: tuple[Missing, ...]


class MalformedTemplate(ValueError):
    """Raised for a malformed `${…}`, with its ``offset`` in the text."""

    def __init__(self, message: str, offset: int) -> None:
        """Store both."""
        super().__init__(message)
        self.message = message
        self.offset = offset


class ExpansionTooLargeError(ValueError):
    """Raised if a string would be expanded to more than is allowed."""


def parse_template(text: str) -> Template:
    """Read the `${…}` of ``text``.

    Raises:
        MalformedTemplate: for a `${` that is not closed, or that fits none of the forms.
    """
    return _parse_short(text) if len(text) <= LIMIT_REMEMBERED_CHARACTERS else _parse(text)


def _parse(text: str) -> Template:
    return _parse_parts(text, 0, 0)[0]


# A project's profiles say the same few again and again.
_parse_short = lru_cache(maxsize=1024)(_parse)


def find_template(text: str) -> Template:
    """Return the template of ``text``, an empty one if it is malformed."""
    try:
        return parse_template(text)
    except MalformedTemplate:
        return ()


def is_single(text: str) -> bool:
    """Return whether ``text`` is exactly one `${…}` and nothing else."""
    template = find_template(text) if text.startswith("${") else ()
    return len(template) == 1 and isinstance(template[0], Variable)


def is_mixed(text: str) -> bool:
    """Return whether ``text`` is well formed, and has a `${…}` and something else."""
    template = find_template(text)
    return len(template) > 1 and any(isinstance(part, Variable) for part in template)


def iter_variables(template: Template) -> Iterator[Variable]:
    """Yield every `${…}` of ``template``, nested ones included."""
    for part in template:
        if isinstance(part, Variable):
            yield part
            yield from iter_variables(part.argument)


def expand(
    template: Template,
    env: Mapping[str, str],
    limit_characters: int = LIMIT_EXPANDED_CHARACTERS,
) -> Expansion:
    """Expand ``template`` with ``env``; a missing variable counts as empty.

    Raises:
        ExpansionTooLargeError: if the text, with the messages, would have more characters.
    """
    expander = _Expander(env, limit_characters)
    return Expansion(expander.expand(template), tuple(expander.missing))


def _parse_parts(text: str, position: int, depth: int) -> tuple[Template, int]:
    """Read up to the end, or inside of a `${…}` (``depth`` above 0) up to its closing brace."""
    parts: list[str | Variable] = []
    literal: list[str] = []
    escaped = 0  # braces that a `$${` opened: each takes a closing one with it, as in compose
    while (match := PIECE.match(text, position)) is not None:
        piece = match[0]
        if piece == "${":
            if literal:
                parts.append("".join(literal))
                literal.clear()
            variable = _parse_variable(text, position, depth)
            parts.append(variable)
            position = variable.end
            continue
        if piece == "}" and depth:
            if not escaped:
                break
            escaped -= 1
        elif piece == "$${" and depth:
            escaped += 1
        literal.append(piece[1:] if piece.startswith("$$") else piece)
        position = match.end()
    if literal:
        parts.append("".join(literal))
    return tuple(parts), position


def _parse_variable(text: str, start: int, depth: int) -> Variable:
    if depth >= LIMIT_NESTING:
        message = f'"${{" is nested more than {LIMIT_NESTING} deep'
        raise MalformedTemplate(message, start)
    name = NAME.match(text, start + 2)
    if name is None:
        message = 'expected the name of a variable after "${"'
        raise MalformedTemplate(message, start)
    position, sign = name.end(), ""
    argument: Template = ()
    operator = OPERATOR.match(text, position)
    if operator is not None:
        sign = operator[0]
        argument, position = _parse_parts(text, operator.end(), depth + 1)
    if position >= len(text):
        message = f'"${{{name[0]}" has no closing brace'
        raise MalformedTemplate(message, start)
    if text[position] != "}":
        message = (
            f'expected a closing brace or one of :- - :+ + :? ? after "${{{name[0]}", '
            f'got "{text[position]}"'
        )
        raise MalformedTemplate(message, start)
    return Variable(name[0], sign, argument, start, position + 1)


class _Expander:
    """Expands templates, and counts down the characters that they may still have."""

    def __init__(self, env: Mapping[str, str], left: int) -> None:
        self.env = env
        self.left = left
        self.missing: list[Missing] = []

    def expand(self, template: Template) -> str:
        return "".join(
            self._count(part) if isinstance(part, str) else self._expand_variable(part)
            for part in template
        )

    def _expand_variable(self, variable: Variable) -> str:
        value = self.env.get(variable.name)
        if value is not None:
            value = strip_newline(value)
        counts = bool(value) if variable.operator.startswith(":") else value is not None
        match variable.operator[-1:]:
            case "+":
                return self.expand(variable.argument) if counts else ""
            case "-" if not counts:
                return self.expand(variable.argument)
            case "?" if not counts:
                known = len(self.missing)
                message = self.expand(variable.argument)
                self.missing[known:] = [Missing(variable, message)]
            case "" if value is None:
                self.missing.append(Missing(variable, None))
        return self._count(value or "")

    def _count(self, text: str) -> str:
        self.left -= len(text)
        if self.left < 0:
            raise ExpansionTooLargeError
        return text
