"""Compare two profiles, each where its files are."""

from __future__ import annotations

import os
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from assembler.comparing.differences import Comparison
from assembler.comparing.steps import compare_steps, read_steps
from assembler.comparing.values import compare_values, read_values
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Collector, ProfileError, Severity
from assembler.planning.loading import Surroundings, build_checked_plan, check_named
from assembler.policy import find_policy
from assembler.rendering.diagnostics import mask_secrets
from assembler.rendering.source_excerpt import SourceLines
from assembler.secrets.fingerprints import Fingerprints

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assembler.diagnostics.diagnostic import Diagnostic, Place
    from assembler.planning.plan import Plan

__all__ = ["HERE", "Side", "Where", "compare_profiles", "describe_lone", "prefix_places"]

# A value that lacks its variable is compared as it is written.
UNSET = frozenset({codes.UNSET_VARIABLE.number, codes.REQUIRED_VARIABLE.number})


class Where(NamedTuple):
    """Where the files of a profile are read from."""

    folder: Path | None = None  # in the place of the current directory; ``None``: that itself
    prefix: str = ""  # what paths are shown with


HERE = Where()


class Side(NamedTuple):
    """One of two profiles that are compared."""

    profile: str  # relative to the folder
    where: Where = HERE


def compare_profiles(left: Side, right: Side, policy_file: str | None = None) -> Comparison:
    """Return what differs between two profiles; imports nothing of the project.

    Changes the current directory meanwhile, where a side is read from elsewhere.
    """
    names = _name_side(left), _name_side(right)
    plans: list[Plan] = []
    faults: list[Diagnostic] = []
    for side in (left, right):
        try:
            plans.append(_load(side, policy_file))
        except ProfileError as error:
            faults += error.diagnostics
    if faults:
        return Comparison(*names, "unknown", diagnostics=faults)
    fingerprints, prefixes = Fingerprints(), (left.where.prefix, right.where.prefix)
    steps = compare_steps(*map(read_steps, plans, prefixes))
    values = compare_values(
        *(
            read_values(plan.profile.node, fingerprints, prefix)
            for plan, prefix in zip(plans, prefixes, strict=True)
        )
    )
    return Comparison(
        *names,
        status="different" if steps or values else "same",
        steps=steps,
        values=values,
        is_base=plans[1].profile.abstract,
    )


def describe_lone(
    side: Side, status: Literal["added", "removed"], policy_file: str | None = None
) -> Comparison:
    """Return that there is only one of two profiles, ``side``."""
    name = _name_side(side)
    try:
        plan = _load(side, policy_file)
    except ProfileError as error:
        return Comparison(name, name, "unknown", diagnostics=error.diagnostics)
    return Comparison(name, name, status, is_base=plan.profile.abstract)


def _name_side(side: Side) -> str:
    """Return the name of a profile as it is shown."""
    return f"{side.where.prefix}{side.profile}"


def _load(side: Side, policy_file: str | None) -> Plan:
    """Build the plan of a profile, abstract or not.

    Raises:
        ProfileError: with all that is wrong, but for variables that are not set.
    """
    with chdir(side.where.folder or Path.cwd()):
        found = Collector()
        try:
            policy = find_policy(os.environ, Path.cwd(), policy_file)
            check_named(side.profile, policy)
            around = Surroundings(os.environ, policy.root)
            plan = build_checked_plan(side.profile, around, found)
        except ProfileError as error:
            raise ProfileError(_mask(error.diagnostics, side)) from error
        errors = [one for one in found.found if one.severity is Severity.ERROR]
        wrong = [one for one in errors if one.code not in UNSET]
        if wrong:
            raise ProfileError(_mask(wrong, side))
    assert plan is not None
    return plan


def _mask(diagnostics: Sequence[Diagnostic], side: Side) -> list[Diagnostic]:
    """Mask secrets by the lines that are meant, which only this folder has, and name the side."""
    return prefix_places(mask_secrets(diagnostics, SourceLines()), side.where.prefix)


def prefix_places(diagnostics: Iterable[Diagnostic], prefix: str) -> list[Diagnostic]:
    """Return ``diagnostics`` with their paths shown with ``prefix``."""

    def move(place: Place) -> Place:
        return place._replace(path=f"{prefix}{place.path}")

    return [
        replace(
            one,
            place=move(one.place),
            related=tuple(said._replace(place=move(said.place)) for said in one.related),
        )
        for one in diagnostics
    ]
