"""Log the report of what assembling did, for people or for programs."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from assembler.rendering.table import render_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assembler.report import Report

__all__ = ["find_likeness", "merge_pids", "render_logged", "render_report", "write_report"]

HEADER = ("kind", "step", "outcome", "import ms", "run ms", "reason")


def render_logged(report: Report) -> tuple[str, dict[str, Any]]:
    """Render the report as it is logged by this process, and return it as a dictionary too.

    A table on a terminal, else JSON on one line; both end with the process.
    """
    pid = os.getpid()
    fields = {"event": "assembled", **report.to_dict(), "pids": [pid]}
    if sys.stderr.isatty():
        return f"{render_report(report)}pids {pid}", fields
    return json.dumps(fields, ensure_ascii=False), fields


def find_likeness(report: Report) -> str:
    """Return what is the same for all processes that assembled alike: all but the times."""
    fields = report.to_dict()
    fields["total_ms"] = None
    fields["steps"] = [{**one, "import_ms": None, "run_ms": None} for one in fields["steps"]]
    return json.dumps(fields)


def merge_pids(text: str, pids: Sequence[int]) -> str:
    """Return the logged text of the first of ``pids`` with all of them in it."""
    for form in ('"pids": [{}]', "pids {}"):
        before, found, after = text.rpartition(form.format(pids[0]))
        if found:
            return before + form.format(", ".join(map(str, pids))) + after
    return text


def write_report(text: str) -> None:
    """Write a rendered report to standard error.

    It does not go through `logging`: no level may hide how the app started.
    """
    # In one piece, since several processes share the stream.
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


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
