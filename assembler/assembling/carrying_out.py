"""Carry out what comes after the patches: the Flask object, config, extensions."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from assembler.assembling.app_object import build_app
from assembler.assembling.configuring import apply_config
from assembler.assembling.extending import Extending
from assembler.assembling.loaded_libraries import find_missing_patches
from assembler.assembling.masked_error import build_masked_error
from assembler.assembling.progress import doing, record_steps
from assembler.database.driver import check_driver, read_preference
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.planning.plan import Decision
from assembler.report import StepReport

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from assembler.assembling.assembly import Assembly
    from assembler.database.driver import DriverName
    from assembler.document.nodes import Node
    from assembler.planning.plan import Plan

    # Given the assembly that mounts, the node that says a path, and the path.
    MountProfile = Callable[[Assembly, Node, str], Flask]

__all__ = ["carry_out"]


def carry_out(assembly: Assembly, config: object | None, mount: MountProfile) -> Flask:
    """Make the app and give it to every step; afterwards the app carries the report.

    Args:
        assembly: Where the steps leave what they did.
        config: The caller's config.
        mount: Assembles a profile that a step mounts.

    Raises:
        ProfileError: at what fails.
    """
    started = time.perf_counter()
    report = assembly.report
    try:
        spec = assembly.loaded.plan.profile.app
        with doing("step 'app'", lambda: spec.place):
            entry = StepReport("app", "app", spec.use)
            assembly.run_other(entry, spec, partial(_make_app, assembly))
        app = assembly.app
        apply_config(assembly, config)
        report.debug = app.debug
        has_patches = assembly.patched.mode != "assume" and bool(assembly.loaded.plan.patch_calls)
        if has_patches:
            _check_driver(assembly)
        work = record_steps(Extending(assembly, partial(mount, assembly)).carry_out)
        for planned in assembly.loaded.plan.extensions:
            assembly.run_step(planned, work)
        if has_patches:
            for found in find_missing_patches(assembly.loaded.plan):
                assembly.warn(found)
        assembly.scrubber.is_done = True
        report.total_ms = (time.perf_counter() - started) * 1000
        entry = StepReport("finish", "finish", "")
        assembly.run_other(entry, assembly.loaded.plan.profile.node, assembly.finish)
    except ProfileError as error:
        fault = error
    else:
        return app
    # Here, where the fault is not the context of what is raised.
    scrubber = assembly.scrubber
    raise build_masked_error(fault, scrubber.scrub_diagnostics(fault.diagnostics), scrubber.scrub)


def _make_app(assembly: Assembly) -> None:
    app = assembly.app = assembly.scope.app = assembly.scrubber.app = build_app(assembly)
    app.extensions["assembler"] = assembly.report


def _check_driver(assembly: Assembly) -> None:
    """Reject a database driver that would block the event loop, now that its URL is known."""
    plan = assembly.loaded.plan
    if "gevent" not in plan.patch_names:
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
    """Return the driver that the step `database` prefers; ``None``: there is no such step."""
    for planned in plan.extensions:
        if planned.step.use == "database" and planned.decision is not Decision.SKIPPED:
            return read_preference(planned.step.options)
    return None
