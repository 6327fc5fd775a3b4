"""Log the report of what assembling did, for people or for programs."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from assembler.rendering.console import is_colored
from assembler.rendering.diagnostics import render_text
from assembler.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from assembler.report import Report

__all__ = [
    "find_likeness",
    "merge_pids",
    "render_logged",
    "render_report",
    "render_rows",
    "write_report",
]

LABELS = 10  # characters
BOLD, FAINT = "1", "2"
COLORS = {Outcome.DONE: "32", Outcome.PARTIAL: "33"}
# A step that took so much of the time is named, unless all went fast.
SLOW_SHARE, SLOW_MS = 0.25, 100


def render_logged(report: Report) -> tuple[str, dict[str, Any]]:
    """Render the report as it is logged by this process, and return it as a dictionary too.

    A few lines on a terminal, else JSON on one; both have the process in them.
    """
    pid = os.getpid()
    fields = {"event": "assembled", **report.to_dict(), "pids": [pid]}
    if sys.stderr.isatty():
        return render_report(report, pid, color=is_colored(sys.stderr)), fields
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


def render_report(report: Report, pid: int, *, color: bool = False) -> str:
    """Render for people what was assembled, from what, how long it took, and what is not as meant.

    `inspect`, the console and the JSON have every step.
    """
    name = _paint(render_text(report.profile), BOLD, color=color)
    outcome = _paint(str(report.outcome), COLORS[report.outcome], color=color)
    head = f"assembled {name} in {report.total_ms:.0f} ms: {outcome}"
    return "\n".join([head, render_rows(_iter_rows(report, pid), color=color)])


def render_rows(rows: Iterable[tuple[str, str]], *, color: bool = False) -> str:
    """Render labels and texts, each in a column of its own."""
    return "\n".join(
        f"  {_paint(label.ljust(LABELS), FAINT, color=color)}{text}" for label, text in rows
    )


def _iter_rows(report: Report, pid: int) -> Iterator[tuple[str, str]]:
    debug = ", debug" if report.debug else ""
    digest = report.digest.removeprefix("sha256:")[:12]
    yield "profile", render_text(f"{report.path}, role {report.role}{debug}, {digest}")
    yield "runner", f"{report.runner}, pids {pid}"
    yield "policy", render_text(report.policy or "none: a profile may name any module")
    yield "patches", ", ".join(one.name for one in report.patches) or "none"
    slow = max(report.steps, key=lambda step: step.import_ms + step.run_ms, default=None)
    if slow is not None:
        took_ms = slow.import_ms + slow.run_ms
        if took_ms >= max(SLOW_MS, SLOW_SHARE * report.total_ms):
            yield "slowest", render_text(f"{slow.kind} '{slow.name}', {took_ms:.0f} ms")
    for step in report.steps:
        if step.outcome is not Outcome.DONE:
            yield str(step.outcome), render_text(f"{step.kind} '{step.name}': {step.reason or ''}")
    yield from (("note", render_text(note)) for note in report.notes)


def _paint(text: str, code: str, *, color: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if color else text
