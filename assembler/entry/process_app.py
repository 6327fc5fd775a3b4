"""Assemble the app of a process that is not ours, log its report, and close it at exit."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

from assembler.assembling.create import apply_plan_patches, assemble
from assembler.planning.loading import prepare_path
from assembler.runners.boot import log_report
from assembler.runners.boot_watch import watch_boot

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.planning.loading import Loaded

__all__ = ["assemble_for_process"]


def assemble_for_process(
    loaded: Loaded, status: int = 1, fail: Callable[[Diagnostic], object] | None = None
) -> Flask:
    """Apply the patches that are ours to apply, assemble the app, and log its report.

    Args:
        loaded: The plan.
        status: With what the process ends if that takes too long.
        fail: Tells why it took too long, in place of printing it.

    Raises:
        ProfileError: with what is wrong.
    """
    prepare_path(loaded.policy)
    with watch_boot(loaded.plan.profile, status=status, is_ours=False, fail=fail):
        app = assemble(loaded, apply_plan_patches(loaded))
    report = app.extensions["assembler"]
    # Whoever runs the process does not tell us when it ends.
    atexit.register(report.close)
    log_report(report)
    return app
