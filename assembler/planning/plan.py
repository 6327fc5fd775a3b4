"""Decide what each step of a profile will do: a pure value; nothing is executed yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place
from assembler.diagnostics.excerpt import shorten
from assembler.document.ends import strip_newline
from assembler.language.condition import Facts, is_installed
from assembler.language.flags import parse_flag
from assembler.planning.patch_calls import build_patch_calls
from assembler.planning.step_forms import find_form
from assembler.planning.step_order import check_order
from assembler.steps.forms import CatalogStep, Patch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assembler.diagnostics.diagnostic import Collector
    from assembler.language.profile import Profile, Step
    from assembler.planning.kept_options import KeptOptions
    from assembler.planning.patch_calls import PatchCall
    from assembler.planning.step_forms import Form

__all__ = ["Decision", "Plan", "PlannedStep", "build_plan"]


class Decision(StrEnum):
    """What is known of a step before anything is executed."""

    RUNS = "runs"
    SKIPPED = "skipped"
    AT_RUN = "decided at run"


@dataclass(slots=True, eq=False, repr=False)  # not frozen: linting makes them by the thousand
class PlannedStep:
    """One step, whether it runs, and why not, or what decides that at run."""

    kind: str  # patch, config or extension
    step: Step
    form: Form | None  # what ``use`` stands for; ``None``: an object reference, or an unknown name
    decision: Decision
    reason: str | None = None

    @property
    def place(self) -> Place:
        """Where it is written; of a step that is skipped, the condition that caused it."""
        is_skipped = self.decision is Decision.SKIPPED
        return self.step.place_of("when") if is_skipped else self.step.place


class Plan(NamedTuple):
    """The ordered steps of a profile."""

    profile: Profile
    debug: bool
    is_debug_declared: bool  # by the profile or the command line, not by FLASK_DEBUG
    patches: tuple[PlannedStep, ...]
    config: tuple[PlannedStep, ...]
    extensions: tuple[PlannedStep, ...]
    patch_calls: tuple[PatchCall, ...]  # of the patches that run
    pool: str | None = None  # of Celery's worker, where this is one
    may_be_watched: bool = False  # whether an extension brings who looks at each step
    # Of the steps whose options are the same for every app. `again_catalog` of `make bench`:
    # without it 6 % more.
    kept_options: Mapping[Step, KeptOptions] = {}

    @property
    def steps(self) -> tuple[PlannedStep, ...]:
        """All of them, in the order in which they are carried out."""
        return self.patches + self.config + self.extensions

    @property
    def live_patches(self) -> tuple[PlannedStep, ...]:
        """The patches that run."""
        return tuple(one for one in self.patches if one.decision is Decision.RUNS)

    @property
    def patch_names(self) -> tuple[str, ...]:
        """What the patches that run use, in order."""
        return tuple(one.step.use for one in self.live_patches)


def build_plan(  # noqa: PLR0913 - what decides it, all but three by name
    profile: Profile,
    env: Mapping[str, str],
    found: Collector,
    *,
    debug: bool | None = None,
    pool: str | None = None,
    is_installed: Callable[[str], bool] = is_installed,
) -> Plan:
    """Order the steps and decide what can be decided; pure.

    Args:
        profile: The typed profile.
        env: Where FLASK_DEBUG is looked up if the profile has no ``debug``.
        found: Gets what is wrong with order, constraints and names.
        debug: The value of the command line, which wins over the profile's.
        pool: The one of a worker's command line, which wins over the profile's.
        is_installed: Returns whether a top-level module can be found.
    """
    declared = debug if debug is not None else profile.debug
    flag = declared if declared is not None else _read_flask_debug(env, found)
    # Undeclared, DEBUG may still come from config; patches cannot wait for that.
    pool = pool or profile.pool
    patches = _plan_patches(profile, Facts(flag, None, pool, is_installed))
    facts = Facts(declared, None, pool, is_installed)
    live = [one for one in patches if one.decision is Decision.RUNS]
    plan = Plan(
        profile=profile,
        debug=flag,
        is_debug_declared=declared is not None,
        patches=patches,
        config=tuple(_plan_step("config", step, facts) for step in profile.config),
        extensions=tuple(_plan_step("extension", step, facts) for step in profile.extensions),
        patch_calls=build_patch_calls(
            (one.step, one.form) for one in live if isinstance(one.form, Patch)
        ),
        pool=pool,
    )
    plan = plan._replace(may_be_watched=any(map(_brings_watcher, plan.extensions)))
    check_order(profile.patches, found)
    check_order(profile.config, found)
    unskipped = [one.step for one in plan.extensions if one.decision is not Decision.SKIPPED]
    check_order(profile.extensions, found, unskipped)
    if plan.debug and "gevent" in plan.patch_names:
        message = "breakpoints do not work in a process that gevent has patched"
        hint = "Set `when: {debug: false}` on the patch."
        place = profile.place_of("patches")
        found.add(codes.BREAKPOINTS_UNDER_GEVENT.at(place, message, hint=hint))
    return plan


def _brings_watcher(planned: PlannedStep) -> bool:
    form = planned.form
    return isinstance(form, CatalogStep) and form.find_watcher is not None


def _read_flask_debug(env: Mapping[str, str], found: Collector) -> bool:
    text = strip_newline(env.get("FLASK_DEBUG", ""))
    try:
        return bool(text) and parse_flag(text)
    except ValueError as error:
        hint = "Set FLASK_DEBUG to true or false, or unset it."
        message = f'{error}, got "{shorten(text)}"'
        found.add(codes.WRONG_VALUE.at(Place("FLASK_DEBUG"), message, hint=hint))
        return False


def _plan_step(kind: str, step: Step, facts: Facts) -> PlannedStep:
    form, condition = find_form(kind, step.use), step.condition
    holds, reason = (True, None) if condition is None else condition(facts)
    if holds is None:
        return PlannedStep(kind, step, form, Decision.AT_RUN, reason)
    if holds:
        return PlannedStep(kind, step, form, Decision.RUNS)
    return PlannedStep(kind, step, form, Decision.SKIPPED, reason)


def _plan_patches(profile: Profile, facts: Facts) -> tuple[PlannedStep, ...]:
    """Plan the patches; one whose need is skipped is skipped with it."""
    planned: list[PlannedStep] = []
    skipped: set[str] = set()
    for step in profile.patches:
        one = _plan_step("patch", step, facts)
        needs = one.form.needs if isinstance(one.form, Patch) else ()
        missing = next((need for need in needs if need in skipped), None)
        if one.decision is Decision.RUNS and missing is not None:
            reason = f"{missing}, which it needs, is skipped"
            one = replace(one, decision=Decision.SKIPPED, reason=reason)
        if one.decision is Decision.SKIPPED:
            skipped.add(step.use)
        planned.append(one)
    return tuple(planned)
