"""List the formats of findings: those of every command, and one module each for the others."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, get_args

from assembler.rendering.diagnostics import OutputFormat, render_diagnostics

if TYPE_CHECKING:
    from assembler.rendering.findings import Findings

__all__ = ["FORMATS", "render_findings"]

OF_EVERY_COMMAND: tuple[OutputFormat, ...] = get_args(OutputFormat)
REPORTS = {
    "sarif": "assembler.linting.output.sarif",
    "github": "assembler.linting.output.github",
    "gitlab": "assembler.linting.output.gitlab",
    "junit": "assembler.linting.output.junit",
}
FORMATS = (*OF_EVERY_COMMAND, *REPORTS)


def render_findings(findings: Findings, output_format: str) -> str:
    """Return ``findings`` in one of the formats; only that one's module is imported."""
    for known in OF_EVERY_COMMAND:
        if output_format == known:
            return render_diagnostics(
                findings.shown,
                output_format=known,
                lines=findings.lines,
                color=findings.is_colored,
                docs_url=findings.docs_url,
            )
    text: str = import_module(REPORTS[output_format]).render_findings(findings)
    return text
