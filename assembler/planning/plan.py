"""Decide what each step of a profile will do: a pure value, nothing is executed yet."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place
from assembler.diagnostics.excerpt import shorten
from assembler.language.condition import Facts, is_installed
from assembler.language.flags import parse_flag
from assembler.planning.step_order import check_order
from assembler.steps.patches import get_patch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assembler.diagnostics.diagnostic import Collector
    from assembler.language.profile import Profile, Step

__all__ = ["Decision", "Plan", "PlannedStep", "build_plan"]


class Decision(StrEnum):
    """What is known of a step before anything is executed."""

    RUNS = "runs"
    SKIPPED = "skipped"
    AT_RUN = "decided at run"


class PlannedStep(NamedTuple):
    """One step, whether it runs, and why not, or by what that is decided at run."""

    kind: str  # patch, config or extension
    step: Step
    decision: Decision
    reason: str | None = None


class Plan(NamedTuple):
    """The ordered steps of a profile."""

    profile: Profile
    debug: bool
    is_debug_declared: bool  # the profile (or the command line) says it, and not FLASK_DEBUG
    patches: tuple[PlannedStep, ...]
    config: tuple[PlannedStep, ...]
    extensions: tuple[PlannedStep, ...]

    @property
    def steps(self) -> tuple[PlannedStep, ...]:
        """All of them, in the order in which they are carried out."""
        return self.patches + self.config + self.extensions

    @property
    def live_patches(self) -> tuple[PlannedStep, ...]:
        """The patches that are applied."""
        return tuple(step for step in self.patches if step.decision is Decision.RUNS)

    @property
    def patch_names(self) -> tuple[str, ...]:
        """What the patches that are applied use, in order."""
        return tuple(planned.step.use for planned in self.live_patches)


def build_plan(
    profile: Profile,
    env: Mapping[str, str],
    found: Collector,
    *,
    debug: bool | None = None,
    is_installed: Callable[[str], bool] = is_installed,
) -> Plan:
    """Order the steps and decide what can be decided; pure.

    Args:
        profile: The typed profile.
        env: Where FLASK_DEBUG is looked up if the profile does not say ``debug``.
        found: Gets what is wrong with order, constraints and names.
        debug: What the command line said; it goes before the profile.
        is_installed: Whether a top-level module can be found; linting asks for each only once.
    """
    declared = debug if debug is not None else profile.debug
    flag = declared if declared is not None else _read_flask_debug(env, found)
    # Config may still change DEBUG where nobody declared it, but patches cannot wait for that.
    patch_facts = Facts(debug=flag, is_installed=is_installed)
    later_facts = Facts(debug=declared, is_installed=is_installed)
    plan = Plan(
        profile=profile,
        debug=flag,
        is_debug_declared=declared is not None,
        patches=_plan_patches(profile, patch_facts),
        config=tuple(_plan_step("config", step, later_facts) for step in profile.config),
        extensions=tuple(_plan_step("extension", step, later_facts) for step in profile.extensions),
    )
    check_order(profile.patches, found)
    check_order(profile.config, found)
    due = [one.step for one in plan.extensions if one.decision is not Decision.SKIPPED]
    check_order(profile.extensions, found, due)
    if plan.debug and "gevent" in plan.patch_names:
        found.add(
            codes.BREAKPOINTS_UNDER_GEVENT.at(
                profile.place_of("patches"),
                "breakpoints do not work in a process that gevent has patched",
                hint="Give the patch `when: {debug: false}`.",
            )
        )
    return plan


def _read_flask_debug(env: Mapping[str, str], found: Collector) -> bool:
    text = env.get("FLASK_DEBUG", "")
    if not text:
        return False
    try:
        return parse_flag(text)
    except ValueError as error:
        hint = "Set FLASK_DEBUG to true or false, or unset it."
        message = f'{error}, got "{shorten(text)}"'
        found.add(codes.WRONG_VALUE.at(Place("FLASK_DEBUG"), message, hint=hint))
        return False


def _plan_step(kind: str, step: Step, facts: Facts) -> PlannedStep:
    if step.condition is None:
        return PlannedStep(kind, step, Decision.RUNS)
    holds, reason = step.condition(facts)
    if holds is None:
        return PlannedStep(kind, step, Decision.AT_RUN, reason)
    return PlannedStep(
        kind, step, Decision.RUNS if holds else Decision.SKIPPED, None if holds else reason
    )


def _plan_patches(profile: Profile, facts: Facts) -> tuple[PlannedStep, ...]:
    """Plan the patches; one whose need is skipped is skipped with it."""
    planned: list[PlannedStep] = []
    skipped: set[str] = set()
    for step in profile.patches:
        one = _plan_step("patch", step, facts)
        missing = next((need for need in _find_needs(step.use) if need in skipped), None)
        if one.decision is Decision.RUNS and missing is not None:
            one = PlannedStep(
                "patch", step, Decision.SKIPPED, f"{missing}, which it needs, is skipped"
            )
        if one.decision is Decision.SKIPPED:
            skipped.add(step.use)
        planned.append(one)
    return tuple(planned)


def _find_needs(use: str) -> tuple[str, ...]:
    try:
        return get_patch(use).needs
    except KeyError:  # an unknown patch, which checking its name says
        return ()
