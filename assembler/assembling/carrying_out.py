"""Carry out what comes after the patches: the Flask object, config, extensions."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from assembler.assembling import create
from assembler.assembling.app_object import build_app
from assembler.assembling.assembly import Assembly
from assembler.assembling.configuring import apply_config
from assembler.assembling.extending import apply_extensions
from assembler.database.driver import DriverName, check_driver
from assembler.diagnostics.diagnostic import ProfileError, codes
from assembler.files import is_file
from assembler.planning.loading import Loaded, load_plan
from assembler.planning.plan import Decision, Plan
from assembler.report import Outcome, Report

if TYPE_CHECKING:
    from contextlib import ExitStack

    from flask import Flask

    from assembler.assembling.create import PatchesMode
    from assembler.language.profile import Step

__all__ = ["carry_out"]


def carry_out(
    loaded: Loaded,
    report: Report,
    closers: ExitStack,
    config: object | None,
    above: tuple[Path, ...],
) -> Flask:
    """Make the app and give it to every step; the app carries ``report`` afterwards.

    Raises:
        ProfileError: at what fails.
    """
    started = time.perf_counter()
    assembly = Assembly(loaded, report, closers)
    try:
        return _carry_out(assembly, config, above, started)
    except ProfileError as error:
        raise ProfileError(assembly.scrub_diagnostics(list(error.diagnostics))) from error


def _carry_out(
    assembly: Assembly, config: object | None, above: tuple[Path, ...], started: float
) -> Flask:
    report = assembly.report
    app = assembly.scope.app = build_app(assembly)
    app.extensions["assembler"] = report
    apply_config(assembly, config)
    report.debug = app.debug
    _check_driver(assembly)
    apply_extensions(assembly, _Mount(assembly, above).assemble)
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
    if assembly.report.patches_mode == "assume":
        return
    plan = assembly.loaded.plan
    fault = check_driver(
        assembly.app.config,
        gevent_live="gevent" in plan.patch_names,
        psycopg2_live="psycopg2" in plan.patch_names,
        driver=_find_driver(plan),
    )
    if fault is not None:
        place = plan.profile.place_of("patches")
        raise ProfileError(
            [
                codes.BLOCKING_DRIVER.at(place, one.message, hint=one.hint)
                for one in (fault, *fault.more)
            ]
        )


def _find_driver(plan: Plan) -> DriverName | None:
    """Give the driver that the step `database` prefers; ``None``: there is no such step."""
    for planned in plan.extensions:
        if planned.step.use == "database" and planned.decision is not Decision.SKIPPED:
            named = planned.step.with_.get("driver", "auto")
            return named if named in get_args(DriverName) else "auto"
    return None


class _Mount:
    """Assemble the profiles that steps mount, each below the one that names it."""

    def __init__(self, assembly: Assembly, above: tuple[Path, ...]) -> None:
        self._assembly = assembly
        self._above = (*above, assembly.loaded.plan.profile.file)

    def assemble(self, path: str, step: Step) -> Flask:
        said = step.node.get("use") or step.node
        file = self._assembly.loaded.plan.profile.get_folder(said) / path
        if file.resolve() in [known.resolve() for known in self._above]:
            message = f'"{path}" mounts itself'
            hint = "Mount another profile, or take one out of the circle."
            raise ProfileError([codes.EXTENDS_CYCLE.at(step.place, message, hint=hint)])
        if not is_file(file):
            message = f'there is no profile "{path}" to mount'
            hint = "Give a path relative to the file that says the step."
            raise ProfileError([codes.FILE_NOT_FOUND.at(step.place, message, hint=hint)])
        report = self._assembly.report
        policy_file = self._assembly.loaded.policy.path
        is_relative = not Path(step.node.path).is_absolute()
        loaded = load_plan(
            os.path.relpath(file) if is_relative else file,  # as the profile above is shown
            env=self._assembly.loaded.env,
            policy_file=None if policy_file is None else str(policy_file),
        )
        loaded = replace(loaded, trial=self._assembly.loaded.trial)
        mode: PatchesMode = "assume" if report.patches_mode == "assume" else "apply"
        proofs = create.apply_plan_patches(loaded, mode)
        app = create.assemble(loaded, proofs, patches=mode, above=self._above)
        self._assembly.closers.callback(app.extensions["assembler"].close)
        return app
