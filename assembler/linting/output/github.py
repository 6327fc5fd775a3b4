"""Render findings as workflow commands, which GitHub Actions shows next to the changed lines.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.diagnostic import Severity
from assembler.rendering.diagnostics import render_text

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.rendering.findings import Findings

__all__ = ["render_findings"]

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
IN_DATA = str.maketrans(ESCAPES)
IN_PROPERTY = str.maketrans({**ESCAPES, ":": "%3A", ",": "%2C"})


def render_findings(findings: Findings) -> str:
    """Return a line for each finding."""
    lines = (_render_command(found, findings) for found in findings.shown)
    return "".join(f"{line}\n" for line in lines)


def _render_command(found: Diagnostic, findings: Findings) -> str:
    line, column, end_line, end_column = found.place.span
    properties = {
        "file": findings.get_report_path(found.place.path),
        "line": str(line),
        "col": str(column),
        "endLine": str(end_line),
        "endColumn": str(end_column),
        "title": f"{found.code} {found.name}",
    }
    written = ",".join(
        f"{name}={render_text(text).translate(IN_PROPERTY)}" for name, text in properties.items()
    )
    # The log shows only this text, so it repeats the place.
    lines = [f"{found.place}: {found.message} [{found.name}]"]
    lines += [f"{related.place}: {related.message}" for related in found.related]
    lines += [] if found.hint is None else [found.hint]
    said = "\n".join(map(render_text, lines)).translate(IN_DATA)
    return f"::{COMMANDS[found.severity]} {written}::{said}"
