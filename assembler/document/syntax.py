"""Explain the parser's errors, at the place where they can be fixed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Related
from assembler.diagnostics.excerpt import shorten
from assembler.document.misreadings import ORPHAN_HINT, is_orphaned, render_dash
from assembler.document.scalar_traps import find_interpolation_end, render_interpolation_hint
from assembler.document.scalars import STEP_KEYS, WORD_BEHIND_DASH, find_open_interpolation
from assembler.document.traps import CURLY, INVISIBLE, render_invisible

if TYPE_CHECKING:
    from yaml import YAMLError

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.lines import Lines

__all__ = ["explain_error", "find_error_start"]

CONTROL = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
CONFLICT = re.compile(r"^(?:<{7}|>{7})(?=[ \r\n])", re.MULTILINE)
KEY_AND_COLON = re.compile(r"[ ]*(?P<item>(?:- +)*)(?P<word>[\w.$-]+):(?!//)[^\s:]\S*")
INDENT_HINT = "Check the indentation of this line and of the lines before it."
QUOTE_HINT = "Quote the string."
TAG_HINT = "Remove the tag, or quote the string."
OTHER_HINT = "Check the indentation, and quote strings with special characters."
NO_COLON = "could not find expected ':'"

PROBLEMS: dict[str, tuple[str, str]] = {
    "mapping values are not allowed in this context": (
        "a key with a value is not allowed here",
        "Check the indentation, and quote a string that has a colon followed by a space.",
    ),
    NO_COLON: (
        "expected a colon and a space after this key",
        "Write 'key: value', or check the indentation.",
    ),
    "did not find expected key": ("expected a key of the mapping, or its end", INDENT_HINT),
    "did not find expected '-' indicator": (
        "expected '- ' and the next item of the list",
        INDENT_HINT,
    ),
    "did not find expected ',' or ']'": (
        "expected a comma or ']' in the list",
        "Separate the items with commas, and quote strings with special characters.",
    ),
    "did not find expected ',' or '}'": (
        "expected a comma or '}' in the mapping",
        "Separate the entries with commas, and quote strings with special characters.",
    ),
    "did not find expected node content": (
        "expected a value",
        "Write a value, or quote the string.",
    ),
    "did not find expected <document start>": (
        "expected the end of the file: this line does not belong to the mapping above",
        INDENT_HINT,
    ),
    "block sequence entries are not allowed in this context": (
        "a list cannot start here",
        "Start the list on a line of its own, or write it as [a, b].",
    ),
    "block mapping keys are not allowed in this context": ("a key cannot start here", INDENT_HINT),
    "found unexpected end of stream": ("the quoted string is never closed", "Close the quote."),
    "found unexpected document indicator": (
        "the quoted string is not closed before the document ends",
        "Close the quote.",
    ),
    "found unknown escape character": (
        "unknown escape in a double-quoted string",
        "Write the backslash twice, or use single quotes.",
    ),
    "found invalid Unicode character escape code": (
        "the escape is not a character: half of a surrogate pair, or out of range",
        "Write the character itself, or its whole number as \\UXXXXXXXX.",
    ),
    "did not find expected hexdecimal number": (
        "expected hexadecimal digits in the escape",
        "Write the backslash twice, or use single quotes.",
    ),
    "did not find expected alphabetic or numeric character": (
        "expected a name after '*' or '&'",
        QUOTE_HINT,
    ),
    "did not find expected comment or line break": (
        "expected the end of the line after '|' or '>'",
        "Start the string on the next line.",
    ),
    "found undefined tag handle": (
        "unknown tag handle: profiles have no tags",
        TAG_HINT,
    ),
    "did not find expected tag URI": ("a tag without a name: profiles have no tags", TAG_HINT),
    "did not find expected whitespace or line break": ("expected a space after the tag", TAG_HINT),
    "did not find the expected '>'": ("the tag is never closed: profiles have no tags", TAG_HINT),
    "mapping keys are not allowed in this context": (
        "a key with '?' cannot start here",
        QUOTE_HINT,
    ),
    "block mapping values are not allowed in this context": (
        "a value is not allowed here",
        INDENT_HINT,
    ),
    "found an indentation indicator equal to 0": (
        "a block scalar cannot be indented by 0",
        "Remove the 0: the first line sets the indentation.",
    ),
}

NEVER_CLOSED = {
    "[": ("the list is never closed", "Close it with ']'."),
    "{": ("the mapping is never closed", "Close it with '}'."),
}


def find_error_start(error: YAMLError) -> int:
    """Return the offset of the broken token; whatever is before its line was read well."""
    problem, context = _get_indexes(error)
    # Of a parser's error the context is the whole collection; of a scanner's it is the token.
    is_token = error.__class__.__name__ == "ScannerError" and context is not None
    return context if is_token and context is not None else problem


def explain_error(error: YAMLError, lines: Lines) -> Diagnostic:
    """Build the diagnostic for an error of PyYAML."""
    control = CONTROL.search(lines.text)
    if control is not None:
        return codes.YAML_SYNTAX.at(
            lines.get_place(control.start()),
            f"control character U+{ord(control.group()):04X} is not allowed in YAML",
            hint="Delete it, or write it as an escape in a double-quoted string.",
        )
    return (
        _find_conflict(lines)
        or _find_tab(error, lines)
        or _find_invisible(error, lines)
        or _find_broken_interpolation(error, lines)
        or _find_missing_space(error, lines)
        or _explain_problem(error, lines)
    )


def _get_indexes(error: Any) -> tuple[int, int | None]:  # noqa: ANN401 - marks are only on some of PyYAML's errors
    problem = getattr(error, "problem_mark", None)
    context = getattr(error, "context_mark", None)
    return (
        problem.index if problem is not None else 0,
        context.index if context is not None else None,
    )


def _find_conflict(lines: Lines) -> Diagnostic | None:
    found = CONFLICT.search(lines.text)
    if found is None:
        return None
    return codes.YAML_SYNTAX.at(
        lines.get_place(found.start(), found.end()),
        "unresolved merge conflict",
        hint="Resolve it, and remove the lines with <<<<<<<, ======= and >>>>>>>.",
    )


def _find_tab(error: YAMLError, lines: Lines) -> Diagnostic | None:
    problem, _ = _get_indexes(error)
    if lines.text[problem : problem + 1] != "\t":
        return None
    return codes.TAB.at(
        lines.get_place(problem),
        "a tab is used as white space",
        hint="Use spaces.",
    )


def _find_invisible(error: YAMLError, lines: Lines) -> Diagnostic | None:
    problem, context = _get_indexes(error)
    start = max(problem - 1, 0)
    if context is not None and getattr(error, "problem", None) == NO_COLON:
        start = context  # it may stand where the colon's space was meant to
    found = re.compile(INVISIBLE).search(lines.text, start, problem + 1)
    return render_invisible(lines, found.start()) if found else None


def _find_broken_interpolation(error: YAMLError, lines: Lines) -> Diagnostic | None:
    problem, _ = _get_indexes(error)
    start, line = lines.get_line(problem)
    first = find_open_interpolation(line[: problem - start + 1])
    if first is None or line[:first].count('"') % 2 or line[:first].count("'") % 2:
        return None
    end = find_interpolation_end(lines.text, start + first)
    if lines.text[start + first - 1] in CURLY:  # they go with what is to be quoted
        first, end = first - 1, end + (lines.text[end : end + 1] in CURLY)
    written = lines.text[start + first : end].strip(CURLY)
    return codes.QUOTE_INTERPOLATION.at(
        lines.get_place(start + first, end),
        f"'{shorten(written)}' is taken apart by YAML",
        hint=render_interpolation_hint(written),
    )


def _find_missing_space(error: Any, lines: Lines) -> Diagnostic | None:  # noqa: ANN401 - as above
    problem, context = _get_indexes(error)
    if error.problem == NO_COLON and context is not None:
        start, line = lines.get_line(context)
        dash = start + len(line) - len(line.lstrip(" "))
        if WORD_BEHIND_DASH.match(lines.text, dash):
            return render_dash(lines.get_place(dash), lines.text[dash : start + len(line)])
    elif error.problem == "mapping values are not allowed in this context":
        start, line = _find_line_before(lines, problem)
    else:
        return None
    found = KEY_AND_COLON.match(line)
    if found is None or re.search(r":(?:\s|$)", line):
        return None
    if found["item"] and found["word"] not in STEP_KEYS:
        return _ask_for_use(lines, start, line)
    colon = start + found.end("word")
    return codes.MISSING_SPACE.at(
        lines.get_place(colon),
        f"no space after the colon of '{found['word']}:'",
        hint="Add a space after the colon, or quote the value if it is a string.",
    )


def _find_line_before(lines: Lines, index: int) -> tuple[int, str]:
    """Return the nearest line with content before that of ``index``."""
    number, _ = lines.locate(index)
    for start in reversed(lines.starts[: number - 1]):
        _, line = lines.get_line(start)
        if line.strip() and not line.lstrip().startswith("#"):
            return start, line
    return 0, ""


def _ask_for_use(lines: Lines, start: int, line: str) -> Diagnostic:
    reference = line.strip().lstrip("- ").split(" #")[0].rstrip()
    first = start + line.index(reference)
    return codes.YAML_SYNTAX.at(
        lines.get_place(first, first + len(reference)),
        f"'{reference}' is a complete step, but more keys follow",
        hint=f"Write '- use: {reference}' and the other keys below it.",
    )


def _explain_problem(error: Any, lines: Lines) -> Diagnostic:  # noqa: ANN401 - as above
    problem, context = _get_indexes(error)
    text = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    message, hint = PROBLEMS.get(text, (f"not valid YAML: {text.lower()}", OTHER_HINT))
    character = lines.text[problem : problem + 1]
    if text == "found character that cannot start any token":
        message, hint = f"an unquoted string cannot start with '{character}'", QUOTE_HINT
    start, line = lines.get_line(problem)
    if text == "did not find expected key" and character == ":":
        message, hint = "the key before this colon is missing", "Write a key before the colon."
    elif text == "did not find expected key" and line[: problem - start].strip():
        message, hint = "the value ends before this", "Quote the whole value."
    elif text == "did not find expected '-' indicator" and is_orphaned(lines.text, problem):
        message, hint = "this belongs to the step that is commented out", ORPHAN_HINT
    if context is not None and not lines.text[problem:].strip():
        # The end of the file says nothing; what was left open does.
        opener = lines.text[context : context + 1]
        message, hint = NEVER_CLOSED.get(opener, (message, hint))
        return codes.YAML_SYNTAX.at(lines.get_place(context), message, hint=hint)
    if text == NO_COLON and context is not None:  # it is noticed only in the next line
        start, line = lines.get_line(context)
        place = lines.get_place(context, max(context + 1, start + len(line.rstrip())))
        return codes.YAML_SYNTAX.at(place, message, hint=hint)
    related: tuple[Related, ...] = ()
    if context is not None and context != problem:
        what = re.sub("while (?:parsing|scanning) ", "", str(error.context))
        related = (Related(lines.get_place(context), f"{what} starts here"),)
    return codes.YAML_SYNTAX.at(lines.get_place(problem), message, hint=hint, related=related)
