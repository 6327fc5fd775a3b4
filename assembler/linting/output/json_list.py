"""Render findings as a list of JSON objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.rendering.diagnostics import render_diagnostics

if TYPE_CHECKING:
    from assembler.rendering.findings import Findings

__all__ = ["render_findings"]


def render_findings(findings: Findings) -> str:
    """Return the text; see `assembler.rendering.diagnostics`."""
    return render_diagnostics(
        findings.shown,
        output_format="json",
        lines=findings.lines,
    )
