"""Carry out what comes after the patches: the Flask object, config, extensions."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, get_args

from assembler.assembling.app_object import build_app
from assembler.assembling.assembly import Assembly
from assembler.assembling.configuring import apply_config
from assembler.assembling.extending import apply_extensions
from assembler.database.driver import DriverName, check_driver
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.document.nodes import ScalarNode
from assembler.planning.plan import Decision, Plan
from assembler.report import Outcome, Report

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack

    from flask import Flask

    from assembler.assembling.assembly import Trial
    from assembler.language.profile import Step
    from assembler.planning.loading import Loaded

    # Given the assembly that mounts, the path as the step says it, and the step.
    MountProfile = Callable[[Assembly, str, Step], Flask]

__all__ = ["carry_out"]


def carry_out(
    loaded: Loaded,
    report: Report,
    closers: ExitStack,
    *,
    config: object | None,
    trial: Trial | None,
    mount: MountProfile,
) -> Flask:
    """Make the app and give it to every step; the app carries ``report`` afterwards.

    Args:
        loaded: The plan.
        report: What the steps leave their outcome in.
        closers: What is to be closed when the process ends, or if assembling fails.
        config: The caller's config.
        trial: Whoever only tries whether the app can be assembled.
        mount: Assembles a profile that a step mounts.

    Raises:
        ProfileError: at what fails.
    """
    started = time.perf_counter()
    assembly = Assembly(loaded, report, closers, trial)
    try:
        return _carry_out(assembly, config, mount, started)
    except ProfileError as error:
        raise ProfileError(assembly.scrub_diagnostics(list(error.diagnostics))) from error


def _carry_out(
    assembly: Assembly, config: object | None, mount: MountProfile, started: float
) -> Flask:
    report = assembly.report
    app = assembly.scope.app = build_app(assembly)
    app.extensions["assembler"] = report
    apply_config(assembly, config)
    report.debug = app.debug
    _check_driver(assembly)
    apply_extensions(assembly, partial(mount, assembly))
    report.total_ms = (time.perf_counter() - started) * 1000
    _set_outcome(report)
    for finish in assembly.finishers:
        finish(report)
    _set_outcome(report)  # what finishing found out counts too
    return app


def _set_outcome(report: Report) -> None:
    if report.find_degraded():
        report.outcome = Outcome.PARTIAL


def _check_driver(assembly: Assembly) -> None:
    """Refuse a database driver that would block the event loop, now that its URL is known."""
    plan = assembly.loaded.plan
    if assembly.report.patches_mode == "assume" or "gevent" not in plan.patch_names:
        return
    faults = check_driver(
        assembly.app.config,
        psycopg2_live="psycopg2" in plan.patch_names,
        driver=_find_driver(plan),
    )
    if faults:
        place = plan.profile.place_of("patches")
        raise ProfileError(
            [codes.BLOCKING_DRIVER.at(place, one.message, hint=one.hint) for one in faults]
        )


def _find_driver(plan: Plan) -> DriverName | None:
    """Give the driver that the step `database` prefers; ``None``: there is no such step."""
    for planned in plan.extensions:
        if planned.step.use == "database" and planned.decision is not Decision.SKIPPED:
            node = planned.step.options.get("driver")
            named = node.text if isinstance(node, ScalarNode) else None
            return next((name for name in get_args(DriverName) if name == named), "auto")
    return None
