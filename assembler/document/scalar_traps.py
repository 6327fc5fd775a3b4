"""Explain why a plain scalar is not what it looks like, and how to write what was meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place
from assembler.diagnostics.excerpt import shorten
from assembler.document.scalars import LIMIT_NUMBER_CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembler.diagnostics.diagnostic import Code, Diagnostic
    from assembler.document.nodes import ScalarNode

__all__ = ["find_interpolation_end", "render_interpolation_hint", "render_scalar_trap"]


def render_scalar_trap(trap: Code, node: ScalarNode, text: str) -> Diagnostic | None:
    """Build the diagnostic of ``trap`` for a scalar of the document ``text``.

    ``None`` if YAML is not at fault: a `${` that is never closed is not a trap of YAML.
    """
    if trap is codes.QUOTE_INTERPOLATION:
        return _render_broken_interpolation(node, text)
    message, hint = EXPLANATIONS[trap](node.text)
    return trap.at(node.place, message, hint=hint)


def find_interpolation_end(text: str, start: int) -> int:
    """Return the end of the ``${…}`` at ``start``: after its brace, else the end of its line."""
    line_end = _find_line_end(text, start)
    depth = 0
    for brace in re.finditer(r"[{}]", text[start:line_end]):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            return start + brace.end()
    return start + len(text[start:line_end].rstrip())


def render_interpolation_hint(written: str) -> str:
    """Render the hint to quote ``written``."""
    return f"Quote it: '{written}'." if '"' in written else f'Quote it: "{written}".'


def _render_broken_interpolation(node: ScalarNode, text: str) -> Diagnostic | None:
    begin: int = node.start.index  # type: ignore[attr-defined]  # PyYAML's mark has it
    start = text.index("${", begin)
    end = find_interpolation_end(text, start)
    whole = text[begin:end]
    if whole == node.text:
        return None
    place = node.place
    if "\n" not in whole and "\r" not in whole:
        path, (line, column, *_) = place
        place = Place.in_line(path, line, column, column + len(whole))
    return codes.QUOTE_INTERPOLATION.at(
        place,
        f"'{shorten(whole)}' is cut to '{shorten(node.text)}' by YAML",
        hint=render_interpolation_hint(whole),
    )


def _find_line_end(text: str, start: int) -> int:
    line_break = re.compile(r"[\r\n]").search(text, start)
    return line_break.start() if line_break else len(text)


def _explain_boolean(text: str) -> tuple[str, str]:
    meant = "true" if text.lower() in {"yes", "on"} else "false"
    return (
        f"'{text}' is a string in YAML 1.2, not a boolean",
        f'Write {meant} for the boolean, or "{text}" for the string.',
    )


def _explain_number(text: str) -> tuple[str, str]:
    if "_" in text or "b" in text:
        message = f"'{shorten(text)}' is a string in YAML 1.2, but a number to other parsers"
        number = _render_legacy_number(text)
        return message, f'Write "{shorten(text)}" for the string, or {number} for the number.'
    if "e" in text.lower():
        number = "infinity" if float(text) else "zero"
        return f"'{text}' is read as {number}", f'Write "{text}" for the string.'
    if "." in text:
        number = repr(float(text))
        return (
            f"'{text}' is the number {number}: its last zero is lost",
            f'Write "{text}" for the string, or {number} for the number.',
        )
    decimal = int(text)
    octal = (
        f", 0o{text.lstrip('+-0')} for the octal number"
        if re.fullmatch("0+[1-7][0-7]*", text)
        else ""
    )
    return (
        f"'{text}' has a leading zero: octal to some parsers, decimal to others",
        f'Write "{text}" for the string{octal}, or {decimal} for the decimal number.',
    )


def _render_legacy_number(text: str) -> str:
    digits = text.replace("_", "")
    if "x" in text or "." in text:
        return digits
    return str(int(digits, 2)) if "b" in text else str(int(digits))


def _explain_long_number(text: str) -> tuple[str, str]:
    return (
        f"a number of {len(text):,} characters, expected {LIMIT_NUMBER_CHARACTERS} or less",
        "Quote it if it is a string, or write a shorter number.",
    )


def _explain_as(kind: str) -> Callable[[str], tuple[str, str]]:
    return lambda text: (
        f"'{shorten(text)}' is a string in YAML 1.2, but {kind} to other parsers",
        f'Write "{shorten(text)}" for the string.',
    )


EXPLANATIONS: dict[Code, Callable[[str], tuple[str, str]]] = {
    codes.BOOLEAN_WORD: _explain_boolean,
    codes.AMBIGUOUS_NUMBER: _explain_number,
    codes.SEXAGESIMAL: _explain_as("a base-60 number"),
    codes.DATE_TEXT: _explain_as("a date"),
    codes.NUMBER_TOO_LONG: _explain_long_number,
}
