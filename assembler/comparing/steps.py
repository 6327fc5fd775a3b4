"""Compare the planned steps of two profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.comparing.differences import PlannedFacts, StepDifference
from assembler.comparing.moves import find_moved
from assembler.planning.step_forms import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assembler.planning.plan import Plan

    Steps = Mapping[str, Mapping[str, PlannedFacts]]  # by kind and name

__all__ = ["compare_steps", "read_steps"]


def read_steps(plan: Plan, prefix: str = "") -> Steps:
    """Return what is planned for each step, in order; ``prefix``: of the paths of its files."""
    found: dict[str, dict[str, PlannedFacts]] = {kind: {} for kind in KINDS.values()}
    for one in plan.steps:
        same = found[one.kind]
        same[one.step.name] = PlannedFacts(
            use=one.step.use,
            decision=str(one.decision),
            reason=one.reason,
            after=next(reversed(same), None),
            path=f"{prefix}{one.place.path}",
            line=one.place.span.line,
        )
    return found


def compare_steps(left: Steps, right: Steps) -> list[StepDifference]:
    """Return each step that came, went or moved, or of which something else is planned."""
    return [one for kind in right for one in _compare_kind(kind, left[kind], right[kind])]


def _compare_kind(
    kind: str, left: Mapping[str, PlannedFacts], right: Mapping[str, PlannedFacts]
) -> Iterator[StepDifference]:
    common = [name for name in right if name in left]
    moved = {common[index] for index in find_moved([n for n in left if n in right], common)}
    for name, new in right.items():
        old = left.get(name)
        if old is None:
            yield StepDifference("added", kind, name, None, new)
            continue
        if old[:3] != new[:3]:
            yield StepDifference("changed", kind, name, old, new)
        if name in moved:
            yield StepDifference("moved", kind, name, old, new)
    for name, old in left.items():
        if name not in right:
            yield StepDifference("removed", kind, name, old, None)
