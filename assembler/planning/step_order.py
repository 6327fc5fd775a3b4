"""Check that steps come in the order that they and the catalogue ask for."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Fix, Related
from assembler.diagnostics.suggestion import (
    find_meant,
    render_names,
    render_naming,
    render_suggestion,
)
from assembler.document.fixes import build_rename
from assembler.document.nodes import SequenceNode
from assembler.planning.step_forms import LOOKUPS, find_form
from assembler.references.reference import is_catalog_name
from assembler.steps.catalog import find_earlier

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assembler.diagnostics.diagnostic import Collector, Diagnostic, Place
    from assembler.document.nodes import Node
    from assembler.language.profile import Step

__all__ = ["check_order"]

MOST_SHOWN = 6  # of the constraints of a cycle


class _Constraint(NamedTuple):
    """That ``step`` must come ``key`` ("after", "before") ``other``."""

    step: Step
    key: str
    other: Step
    node: Node | None  # where it is written; ``None``: the catalogue asks for it
    is_kept: bool

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

    @property
    def place(self) -> Place:
        """Where it is reported."""
        return (self.node or self.step).place


def check_order(steps: Sequence[Step], found: Collector, running: Sequence[Step] = ()) -> None:
    """Check that every step is on the side of the others that it must be.

    A cycle of constraints is reported once, not as each constraint that its order breaks.

    Args:
        steps: One list of a profile.
        found: Gets what is wrong.
        running: Those that the catalogue's orders bind: extensions that are not skipped.
    """
    constraints = [*_iter_written(steps, found), *_iter_catalog(running)]
    broken = [one for one in constraints if not one.is_kept]
    cycle = _find_cycle(constraints) if broken else {}
    is_cycle_reported = False
    for one in broken:
        if one.pair not in cycle:
            found.add(_build_order_fault(one))
        elif not is_cycle_reported:
            is_cycle_reported = True
            found.add(_build_cycle_fault(one, list(cycle.values())))


def _iter_written(steps: Sequence[Step], found: Collector) -> Iterator[_Constraint]:
    """Yield what ``after`` and ``before`` ask for; report names of no other step."""
    if not any(step.after or step.before for step in steps):
        return
    places = {step.name: (position, step) for position, step in enumerate(steps)}
    unknown: dict[str, list[Node]] = {}
    for position, step in enumerate(steps):
        for key, names in (("after", step.after), ("before", step.before)):
            if not names:
                continue
            written = step.node.get(key)
            assert isinstance(written, SequenceNode)  # since it has names
            for name, node in zip(names, written.items, strict=True):
                if name == step.name:
                    message, hint = f"'{name}' names itself", f"Remove it from `{key}`."
                    found.add(codes.ORDER_BROKEN.at(node.place, message, hint=hint))
                elif name in places:
                    at, other = places[name]
                    yield _Constraint(step, key, other, node, (at < position) is (key == "after"))
                else:
                    unknown.setdefault(name, []).append(node)
    found.add(*_iter_unknown_faults(unknown, steps))


def _iter_catalog(running: Sequence[Step]) -> Iterator[_Constraint]:
    """Yield what the catalogue asks of steps that both run, unless it is written as well."""
    first: dict[str, tuple[int, Step]] = {}
    for position, step in enumerate(running):
        first.setdefault(step.use, (position, step))
    earlier = find_earlier(first)
    for position, step in enumerate(running):
        for need in earlier.get(step.use, ()):
            at, other = first[need]
            if other.name not in step.after:
                yield _Constraint(step, "after", other, None, at < position)


def _find_cycle(constraints: list[_Constraint]) -> dict[tuple[str, str], _Constraint]:
    """Return the constraints of one cycle in its order, by their names."""
    from graphlib import CycleError, TopologicalSorter  # noqa: PLC0415 - only for an order that is broken

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


def _iter_unknown_faults(
    unknown: dict[str, list[Node]], steps: Sequence[Step]
) -> Iterator[Diagnostic]:
    """Report each name once; not at all if it is that of a step whose own ``use`` is misspelled."""
    known = [step.name for step in steps]
    uses = {step.name: step.use for step in steps}
    misspelled = [step.name for step in steps if unknown and _is_unknown(step.use)]
    for name, (node, *others) in unknown.items():
        if find_meant(name, misspelled) is not None:
            continue
        otherwise = render_suggestion(name, known, f"The list has {render_names(known)}.")
        yield codes.UNKNOWN_CONSTRAINT.at(
            node.place,
            f"no step of this list is called '{name}'",
            hint=render_naming(name, uses) or otherwise,
            related=tuple(Related(other.place, "named here as well") for other in others),
            fix=_build_fix([node, *others], known),
        )


def _build_fix(nodes: list[Node], known: list[str]) -> Fix | None:
    """Rename all of ``nodes``, which have one text."""
    fixes = [fix for node in nodes if (fix := build_rename(node, known)) is not None]
    if len(fixes) < len(nodes):
        return None
    return Fix(fixes[0].message, tuple(edit for fix in fixes for edit in fix.edits))


def _is_unknown(use: str) -> bool:
    """Return whether it is a name that no catalogue has, which is reported at the step."""
    return is_catalog_name(use) and all(find_form(kind, use) is None for kind in LOOKUPS)


def _build_order_fault(broken: _Constraint) -> Diagnostic:
    step, key, other = broken.step, broken.key, broken.other
    return codes.ORDER_BROKEN.at(
        broken.place,
        f"'{step.name}' must come {key} '{other.name}'",
        hint=f"Move '{step.name}' {key} '{other.name}'.",
        related=(Related(other.place, f"'{other.name}' is here"),),
    )


def _build_cycle_fault(broken: _Constraint, cycle: list[_Constraint]) -> Diagnostic:
    """Report at one constraint which others lead back to it."""
    start = next(index for index, one in enumerate(cycle) if one.pair == broken.pair)
    cycle = [*cycle[start:], *cycle[:start]]
    texts = [one.text for one in cycle]
    if len(texts) > MOST_SHOWN:
        texts[MOST_SHOWN - 1 : -1] = ["…"]
    return codes.CONSTRAINT_CYCLE.at(
        broken.place,
        f"no order fits: {', '.join(texts[:-1])}, and {texts[-1]}",
        hint="Remove one of these constraints.",
        related=tuple(Related(one.place, one.text) for one in cycle[1:MOST_SHOWN]),
    )
