"""Render diagnostics for people and for programs."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Severity
from assembler.diagnostics.excerpt import shorten_message
from assembler.rendering.source_excerpt import SourceLines
from assembler.secrets.text_secrets import mask_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.diagnostics.diagnostic import Diagnostic, Edit, Fix, Place

__all__ = [
    "OutputFormat",
    "escape_unprintable",
    "find_shown_fix",
    "mask_secrets",
    "render_diagnostics",
    "render_text",
]

OutputFormat = Literal["full", "concise", "json"]
LIMIT_FINDINGS = 1000  # of one file
ORDER = tuple(Severity)
SECRET_CODES = frozenset({codes.DEFAULT_SECRET.number, codes.LITERAL_SECRET.number})
COLORS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.INFO: "36;1"}


def render_diagnostics(
    diagnostics: Iterable[Diagnostic],
    *,
    output_format: OutputFormat = "concise",
    lines: SourceLines | None = None,
    color: bool = False,
    docs_url: str | None = None,
) -> str:
    """Render ``diagnostics`` in file order, without repeats.

    Args:
        diagnostics: What to render.
        output_format: ``concise``: a line each, and its hint; ``full``: also an excerpt with
            carets; ``json``: a list of objects.
        lines: The lines of the files, if `mask_secrets` has run already; ``None``: they are read
            from disk.
        color: Whether to use terminal colors.
        docs_url: Where the documentation is hosted; JSON then has the pages' URLs.

    Returns:
        Lines that end in a newline each; without diagnostics an empty string, or an empty list as
        JSON.
    """
    ordered = sorted(dict.fromkeys(diagnostics), key=lambda found: found.sort_key)
    if lines is None:
        lines = SourceLines()
        ordered = mask_secrets(ordered, lines)
    if output_format == "json":
        import json  # noqa: PLC0415 - the other forms do without

        return json.dumps([_to_dict(found, lines, docs_url) for found in ordered], indent=2) + "\n"
    rendered: list[str] = []
    for found in ordered:
        rendered.append(_render_line(found, color=color))
        if output_format == "full":
            rendered += lines.render_excerpt(found.place, color=color)
        rendered += [
            f"  note: {render_text(f'{related.place}: {related.message}')}"
            for related in found.related
        ]
        if found.hint is not None:
            rendered.append(f"  hint: {render_text(found.hint)}")
    return "".join(f"{line}\n" for line in rendered)


def mask_secrets(diagnostics: Iterable[Diagnostic], lines: SourceLines) -> list[Diagnostic]:
    """Mask the secrets of their lines in what ``diagnostics`` say, and in ``lines``.

    A message about a value often shows it. A long one is cut only afterwards. Of each file only the
    first `LIMIT_FINDINGS` remain, and one that counts the others.
    """
    found = list(diagnostics)
    for one in found:
        if one.code in SECRET_CODES:
            lines.hide(one.place)
    masked = (_mask(one, lines) for one in _cut(found))
    return [replace(one, message=shorten_message(mask_text(one.message))) for one in masked]


def _cut(ordered: list[Diagnostic]) -> Iterator[Diagnostic]:
    for _, of_file in groupby(ordered, key=lambda found: found.place.path):
        in_file = list(of_file)
        yield from in_file[:LIMIT_FINDINGS]
        rest = in_file[LIMIT_FINDINGS:]
        if rest:
            message = f"{len(rest):,} more findings in this file are not shown"
            hint = "Fix the ones above, and run this again."
            more = codes.MORE_FINDINGS.at(rest[0].place, message, hint=hint)
            yield replace(more, severity=min((one.severity for one in rest), key=ORDER.index))


def _mask(found: Diagnostic, lines: SourceLines) -> Diagnostic:
    places = dict.fromkeys((found.place, *(related.place for related in found.related)))
    for secrets in filter(None, map(lines.find_secrets, places)):
        (found,) = secrets.mask_diagnostics([found])
    return found


def _render_line(found: Diagnostic, *, color: bool) -> str:
    severity = f"{found.severity}[{found.code}]"
    if color:
        severity = f"\x1b[{COLORS[found.severity]}m{severity}\x1b[0m"
    place, message = render_text(str(found.place)), render_text(found.message)
    return f"{place}: {severity} {message} [{found.name}]"


def render_text(text: str) -> str:
    """Render ``text`` masked, on one line, and without control characters."""
    return escape_unprintable(mask_text(text))


def escape_unprintable(text: str) -> str:
    """Replace characters that are invisible or control a terminal with Python's escapes."""
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable()
        else character.encode("unicode_escape", "surrogatepass").decode()
        for character in text
    )


def find_shown_fix(found: Diagnostic, lines: SourceLines) -> Fix | None:
    """Return the fix of a diagnostic, unless its edits would show a secret."""
    if found.fix is None or any(_has_secret(edit, lines) for edit in found.fix.edits):
        return None
    return found.fix


def _has_secret(edit: Edit, lines: SourceLines) -> bool:
    """Return whether the text of an edit is a secret, or replaces one."""
    from assembler.secrets.line_secrets import (  # noqa: PLC0415 - only for what is shown
        find_line_secrets,
    )

    if find_line_secrets(edit.text):
        return True
    start, end = edit.place.span.column - 1, edit.place.span.end_column - 1
    line = lines.find_line(edit.place) or ""
    return bool(edit.text) and any(
        first < end and start < last for first, last in find_line_secrets(line)
    )


def build_page_url(docs_url: str | None, name: str) -> str | None:
    """Return where the page of a rule is on the site that ``make site`` builds, if it is hosted."""
    return docs_url and f"{docs_url.rstrip('/')}/assembler/linting/pages/{name}/"


def _to_dict(found: Diagnostic, lines: SourceLines, docs_url: str | None) -> dict[str, Any]:
    fix = find_shown_fix(found, lines)
    return {
        **_place_to_dict(found.place),
        "severity": str(found.severity),
        "code": found.code,
        "name": found.name,
        "message": mask_text(found.message),
        "hint": found.hint and mask_text(found.hint),
        "url": build_page_url(docs_url, found.name),
        "related": [
            {**_place_to_dict(one.place), "message": mask_text(one.message)}
            for one in found.related
        ],
        "fix": fix
        and {
            "message": mask_text(fix.message),
            "edits": [{**_place_to_dict(edit.place), "text": edit.text} for edit in fix.edits],
        },
    }


def _place_to_dict(place: Place) -> dict[str, Any]:
    return {"path": place.path, **place.span._asdict()}
