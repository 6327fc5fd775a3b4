"""Render a report for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.rendering.table import render_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.report import Report

__all__ = ["render_report"]

HEADER = ("kind", "step", "outcome", "import ms", "run ms", "reason")


def render_report(report: Report) -> str:
    """Give lines: what was assembled, the patches with their proof, each step, and the notes."""
    return "".join(_iter_parts(report))


def _iter_parts(report: Report) -> Iterator[str]:
    debug = ", debug" if report.debug else ""
    yield (
        f"assembled '{report.profile}' ({report.role}{debug}) from {report.path}"
        f" in {report.total_ms:.0f} ms: {report.outcome}\n"
    )
    yield f"runner {report.runner}, policy {report.policy or 'none'}, {report.digest}\n"
    if not report.patches:
        yield "no patches\n"
    for patch in report.patches:
        yield f"patch {patch.name}, by {patch.by}: {patch.proof}\n"
    rows = [
        (
            step.kind,
            step.name,
            str(step.outcome),
            f"{step.import_ms:.1f}",
            f"{step.run_ms:.1f}",
            step.reason or "",
        )
        for step in report.steps
    ]
    if rows:
        yield render_table(HEADER, rows)
    for note in report.notes:
        yield f"note: {note}\n"
