"""Assemble the app, as a canary: its steps run, and send and record nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.assembling.create import assemble
from assembler.diagnostics.diagnostic import ProfileError
from assembler.doctor.form import Check, Finding, Verdict, find_in_diagnostics
from assembler.report import Boot, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.doctor.form import Examined
    from assembler.report import Report

__all__ = ["CHECK"]


def examine_app(examined: Examined) -> Iterator[Finding]:
    """Leave the app for the checks below."""
    assert examined.loaded is not None
    assert examined.patched is not None
    try:
        patched = examined.patched._replace(boot=Boot(is_canary=True))
        examined.app = app = assemble(examined.loaded, patched)
    except ProfileError as error:
        yield from find_in_diagnostics(error.diagnostics)
        return
    report: Report = app.extensions["assembler"]
    for step in report.find_degraded():
        message = f"the {step.kind} '{step.name}' works only in part: {step.reason}"
        yield Finding(Verdict.WARNING, message, "Fix what it says.")
    skipped = sum(step.outcome is Outcome.SKIPPED for step in report.steps)
    count = len(report.steps)
    yield Finding(Verdict.OK, f"steps: {count}, skipped: {skipped}, {report.total_ms:.0f} ms")


CHECK = Check(examine_app, needs="patched")
