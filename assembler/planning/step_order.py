"""Check that steps stand where their constraints, and the catalogue, want them."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Related
from assembler.diagnostics.suggestion import render_names, render_suggestion
from assembler.document.fixes import build_rename
from assembler.document.nodes import SequenceNode
from assembler.steps.catalog import EARLIER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assembler.diagnostics.diagnostic import Collector, Diagnostic
    from assembler.document.nodes import Node
    from assembler.language.profile import Step

__all__ = ["check_order"]

MOST_SAID = 6  # of the constraints of a cycle


class _Constraint(NamedTuple):
    """That ``step`` must stand ``key`` ("after", "before") ``other``; ``node`` is where it is said.

    Of what the catalogue says ``node`` is ``None``.
    """

    step: Step
    key: str
    other: Step
    node: Node | None
    is_kept: bool  # by the order written

    @property
    def pair(self) -> tuple[str, str]:
        """The names of the later step, and of the earlier one."""
        step, other = self.step.name, self.other.name
        return (step, other) if self.key == "after" else (other, step)

    @property
    def text(self) -> str:
        """As it is shown, the later step first."""
        later, earlier = self.pair
        return f"'{later}' after '{earlier}'{'' if self.node else ' (the catalogue)'}"


def check_order(steps: Sequence[Step], found: Collector, due: Sequence[Step] = ()) -> None:
    """Check that steps stand on that side of each other that is asked for.

    Of constraints in a cycle it is said once that no order fits them, and not which are broken.

    Args:
        steps: One list of a profile.
        found: Gets what is wrong.
        due: Those of them that the catalogue's orders bind: extensions that are not skipped.
    """
    of_catalog = list(_iter_catalog(due))
    if _is_kept(steps) and all(one.is_kept for one in of_catalog):
        return
    constraints = [*_iter_written(steps, found), *of_catalog]
    broken = [one for one in constraints if not one.is_kept]
    cycle = _find_cycle(constraints) if broken else {}
    is_cycle_said = False
    for one in broken:
        if one.pair not in cycle:
            found.add(_build_order_fault(one))
        elif not is_cycle_said:
            is_cycle_said = True
            found.add(_build_cycle_fault(one, list(cycle.values())))


def _is_kept(steps: Sequence[Step]) -> bool:
    """Tell whether all that is written is as it must be: much quicker than to say what is not."""
    bound = [(position, step) for position, step in enumerate(steps) if step.after or step.before]
    named = {name for _, step in bound for name in (*step.after, *step.before)}
    positions = {step.name: position for position, step in enumerate(steps) if step.name in named}
    for position, step in bound:
        if any(positions.get(name, position) >= position for name in step.after):
            return False
        if any(positions.get(name, position) <= position for name in step.before):
            return False
    return True


def _iter_written(steps: Sequence[Step], found: Collector) -> Iterator[_Constraint]:
    """Give what ``after`` and ``before`` ask for, and say which names are of no other step."""
    bound = [(position, step) for position, step in enumerate(steps) if step.after or step.before]
    if not bound:
        return
    named = {name for _, step in bound for name in (*step.after, *step.before)}
    places = {one.name: (at, one) for at, one in enumerate(steps) if one.name in named}
    known: list[str] = []
    for position, step in bound:
        for key, names in (("after", step.after), ("before", step.before)):
            written = step.node.get(key) if names else None
            nodes = written.items if isinstance(written, SequenceNode) else [step.node] * len(names)
            for name, node in zip(names, nodes, strict=True):
                at, other = places.get(name, (0, None))
                if name == step.name:
                    message, hint = f"'{name}' names itself", f"Take it out of `{key}`."
                    found.add(codes.ORDER_BROKEN.at(node.place, message, hint=hint))
                elif other is not None:
                    yield _Constraint(step, key, other, node, (at < position) is (key == "after"))
                else:
                    known = known or list(dict.fromkeys(one.name for one in steps))
                    found.add(_build_unknown_fault(node, name, known))


def _iter_catalog(due: Sequence[Step]) -> Iterator[_Constraint]:
    """Give what the catalogue says of steps that are both there, unless it is written, too."""
    needs = {use: EARLIER.get(use, ()) for use in {step.use for step in due}}
    if not any(needs.values()):
        return
    first: dict[str, int] = {}
    for position, step in enumerate(due):
        first.setdefault(step.use, position)
    for position, step in enumerate(due):
        for need in needs[step.use]:
            at = first.get(need)
            if at is not None and due[at].name not in step.after:
                yield _Constraint(step, "after", due[at], None, at < position)


def _find_cycle(constraints: list[_Constraint]) -> dict[tuple[str, str], _Constraint]:
    """Give the constraints of one cycle, each of a step and the next, by their names."""
    by_pair = {one.pair: one for one in reversed(constraints)}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for later, earlier in by_pair:
        sorter.add(later, earlier)
    try:
        sorter.prepare()
    except CycleError as error:
        names: list[str] = error.args[1][::-1]
        return {pair: by_pair[pair] for pair in pairwise(names)}
    return {}


def _build_unknown_fault(node: Node, name: str, known: list[str]) -> Diagnostic:
    return codes.UNKNOWN_CONSTRAINT.at(
        node.place,
        f"no step of this list is called '{name}'",
        hint=render_suggestion(name, known, f"The list has {render_names(known)}."),
        fix=build_rename(node, known),
    )


def _build_order_fault(broken: _Constraint) -> Diagnostic:
    step, key, other, node, _ = broken
    return codes.ORDER_BROKEN.at(
        (node or step).place,
        f"'{step.name}' must stand {key} '{other.name}', and does not",
        hint=f"Move '{step.name}' {key} '{other.name}'.",
        related=(Related(other.place, f"'{other.name}' stands here"),),
    )


def _build_cycle_fault(broken: _Constraint, cycle: list[_Constraint]) -> Diagnostic:
    """Say at one constraint which others lead back to it."""
    start = next(index for index, one in enumerate(cycle) if one.pair == broken.pair)
    cycle = [*cycle[start:], *cycle[:start]]
    texts = [one.text for one in cycle]
    if len(texts) > MOST_SAID:
        texts[MOST_SAID - 1 : -1] = ["…"]
    return codes.CONSTRAINT_CYCLE.at(
        (broken.node or broken.step).place,
        f"no order fits: {', '.join(texts[:-1])}, and {texts[-1]}",
        hint="Take one of these constraints out of the profile.",
        related=tuple(
            Related((one.node or one.step).place, one.text) for one in cycle[1:MOST_SAID]
        ),
    )
