"""Find which steps need which: as the profile says, and as they were seen to read and write."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assembler.document.nodes import ScalarNode
from assembler.references.reference_forms import get_reference, iter_references
from assembler.steps.catalog import find_earlier

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assembler.language.profile import Step
    from assembler.ledger.values import Ledger, StepLedger

__all__ = ["Order", "find_critical_path", "find_declared", "find_orders", "find_reversed"]


class Order(NamedTuple):
    """One step that needs another, and by what it was seen."""

    first: StepLedger
    then: StepLedger
    what: str  # as `config REDIS_URL`


def find_declared(steps: Sequence[Step]) -> dict[str, tuple[str, ...]]:
    """Return by the name of a step those that the profile keeps before it.

    By ``after``, ``before`` and ``$step``, and as the catalogue has it.
    """
    found: dict[str, dict[str, None]] = {step.name: {} for step in steps}
    names = {step.use: step.name for step in reversed(steps)}
    for step in steps:
        found[step.name].update(dict.fromkeys(step.after))
        for later in step.before:
            found.setdefault(later, {})[step.name] = None
        for options in (step.options, step.init):
            for node in iter_references(options):
                key, entry = get_reference(node)
                if key == "$step" and isinstance(entry.value, ScalarNode):
                    found[step.name][entry.value.text] = None
    for use, earlier in find_earlier(names).items():
        found[names[use]].update((names[one], None) for one in earlier if one in names)
    return {name: tuple(after) for name, after in found.items()}


def find_orders(ledger: Ledger) -> Iterator[Order]:
    """Yield the orders that were seen: a step asked for what an earlier extension had set."""
    setters: dict[tuple[str, str], StepLedger] = {}
    for step in ledger.steps:
        asked = [("config", key) for key in step.reads.found]
        asked += [("extension", key) for key in step.asked]
        for kind, key in asked:
            setter = setters.get((kind, key))
            if setter is not None and step.kind == "extension":
                yield Order(setter, step, f"{kind} {key}")
        for effect in step.effects:
            if effect.kind in {"config", "extension"} and step.kind == "extension":
                setters[effect.kind, effect.key] = step


def find_reversed(ledger: Ledger) -> Iterator[Order]:
    """Yield the orders that are the wrong way round: asked for first, and set only later."""
    asked: dict[str, StepLedger] = {}
    for step in ledger.steps:
        if step.kind == "extension":
            for effect in step.effects:
                first = asked.get(effect.key)
                if effect.kind == "config" and effect.change == "added" and first is not None:
                    yield Order(step, first, f"config {effect.key}")
        for key in step.reads.absent:
            if step.kind == "extension" and key not in step.wrote:
                asked.setdefault(key, step)


def find_critical_path(ledger: Ledger) -> list[StepLedger]:
    """Return the dearest chain of steps that need one another, in order.

    Patches, the app and config come one after the other; an extension needs all of these, and what
    the profile or its reads put before it. Nothing but these can make a boot shorter.
    """
    ends: dict[str, tuple[float, list[StepLedger]]] = {}
    needs: dict[str, set[str]] = {}
    for order in find_orders(ledger):
        needs.setdefault(order.then.name, set()).add(order.first.name)
    base: tuple[float, list[StepLedger]] = (0.0, [])
    for step in ledger.steps:
        if step.kind == "finish":
            continue
        if step.kind != "extension":
            base = (base[0] + step.total_ms, [*base[1], step])
            continue
        before = [ends[name] for name in {*step.after, *needs.get(step.name, ())} if name in ends]
        cost, path = max([base, *before], key=lambda one: one[0])
        ends[step.name] = (cost + step.total_ms, [*path, step])
    _, path = max([base, *ends.values()], key=lambda one: one[0])
    return [*path, *(step for step in ledger.steps if step.kind == "finish")]
