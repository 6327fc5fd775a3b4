"""Carry out the readiness checks that the app's steps contribute, as `/health/ready` does."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from assembler.database.bounded import start_call
from assembler.doctor.form import Check, Finding, Verdict
from assembler.steps.health_checks import wait_for_check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assembler.doctor.form import Examined

__all__ = ["CHECK"]

LIMIT_SECONDS = 5.0
OF_THE_DATABASE = "database"  # which the checks above tell more of


def examine_readiness(examined: Examined) -> Iterator[Finding]:
    """Ask all of them beside each other."""
    assert examined.app is not None
    checks: dict[str, Callable[[], object]] = examined.app.extensions["assembler"].checks
    asked = {
        name: start_call(check, f"assembler-check-{name}")
        for name, check in checks.items()
        if name != OF_THE_DATABASE
    }
    deadline = time.monotonic() + LIMIT_SECONDS
    for name, future in asked.items():
        result = wait_for_check(future, deadline)
        if result.cause is None:
            yield Finding(Verdict.OK, f"'{name}' is well")
        else:
            remedy = "Start what it asks, or fix how the app is told to reach it."
            yield Finding(Verdict.FAILED, f"'{name}' fails: {result.cause}", remedy)


CHECK = Check(examine_readiness, needs="app")
