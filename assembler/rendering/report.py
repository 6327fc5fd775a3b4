"""Log the report of what assembling did, for people or for programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from assembler.rendering.table import render_table

if TYPE_CHECKING:
    from assembler.report import Report

__all__ = ["log_report", "render_report"]

HEADER = ("kind", "step", "outcome", "import ms", "run ms", "reason")


def log_report(report: Report) -> None:
    """Write the report to standard error: a table on a terminal, else one line of JSON.

    It does not go through `logging`: no logging configuration may hide how the app started.
    """
    stream = sys.stderr
    if stream.isatty():
        text = render_report(report)
    else:
        text = json.dumps({"event": "assembled", **report.to_dict()}, ensure_ascii=False) + "\n"
    # In one piece, since several workers share the stream.
    stream.write(text)
    stream.flush()


def render_report(report: Report) -> str:
    """Render what was assembled, the patches with their proof, each step, and the notes."""
    debug = ", debug" if report.debug else ""
    what = f"'{report.profile}' ({report.role}{debug}) from {report.path}"
    lines = [
        f"assembled {what} in {report.total_ms:.0f} ms: {report.outcome}",
        f"runner {report.runner}, policy {report.policy or 'none'}, {report.digest}",
    ]
    lines += [f"patch {one.name}, by {one.by}: {one.proof}" for one in report.patches]
    if not report.patches:
        lines.append("no patches")
    rows = [
        (
            *(step.kind, step.name, str(step.outcome)),
            *(f"{step.import_ms:.1f}", f"{step.run_ms:.1f}", step.reason or ""),
        )
        for step in report.steps
    ]
    if rows:
        lines.append(render_table(HEADER, rows).removesuffix("\n"))
    lines += [f"note: {note}" for note in report.notes]
    return "".join(f"{line}\n" for line in lines)
