"""Find in a ledger what its author should know: conflicts, orders that nothing keeps, slips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, Related
from assembler.diagnostics.suggestion import find_certain
from assembler.ledger.orders import find_orders, find_reversed
from assembler.steps.known_keys import list_known_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.ledger.orders import Order
    from assembler.ledger.values import Effect, Ledger, StepLedger, StepPlace

__all__ = ["find_findings", "find_unread"]

# What a second step can only take from the first; config of sources is meant to be laid over.
EXCLUSIVE = {
    "view": "the view",
    "error_handler": "the error handler for",
    "filter": "the Jinja filter",
    "test": "the Jinja test",
    "global": "the Jinja global",
    "converter": "the URL converter",
    "command": "the command",
    "config": "config",
    "extension": "app.extensions key",
    "attribute": "the attribute",
}


def find_findings(ledger: Ledger) -> list[Diagnostic]:
    """Return all of them, in the order of the profile."""
    found = [*_find_conflicts(ledger), *_find_unwritten(ledger)]
    found += [*_find_early_reads(ledger), *_find_slips(ledger)]
    return sorted(dict.fromkeys(found), key=lambda one: one.sort_key)


def find_unread(ledger: Ledger) -> list[str]:
    """Return the keys that config sources set and that nobody asked for while assembling.

    A view may ask for them later. Those that Flask or the catalogue reads are left out.
    """
    read = {key for step in ledger.steps for key in step.reads.found}
    wrote = (key for step in ledger.steps if step.kind == "config" for key in step.wrote)
    known = set(list_known_keys())
    return [key for key in dict.fromkeys(wrote) if key not in read and key not in known]


def _find_conflicts(ledger: Ledger) -> Iterator[Diagnostic]:
    """Report a step that replaces what another one has set."""
    setters: dict[tuple[str, str], tuple[StepLedger, Effect]] = {}
    for step in ledger.steps:
        if step.kind != "extension":
            continue
        for effect in step.effects:
            key = effect.kind, effect.key
            if effect.kind not in EXCLUSIVE or effect.change == "removed":
                continue
            first = setters.get(key)
            if first is not None and effect.change == "changed" and not _is_wrapped(effect):
                setter = first[0]
                yield codes.STEP_OVERWRITES.at(
                    _place(step.place),
                    f"'{step.name}' replaces {EXCLUSIVE[effect.kind]} {effect.key!r}, "
                    f"which '{setter.name}' has set",
                    hint="Remove one of the two, or give them other names.",
                    related=(Related(_place(setter.place), f"'{setter.name}' is here"),),
                )
            setters[key] = (step, effect)


def _is_wrapped(effect: Effect) -> bool:
    """Return whether what is there now is a decorator around what was there."""
    return effect.was is not None and effect.detail.startswith(f"{effect.was} in ")


def _find_unwritten(ledger: Ledger) -> Iterator[Diagnostic]:
    """Report, of each step, the orders that it needs and that nothing in the profile keeps."""
    kept = {step.name: set(step.after) for step in ledger.steps if step.kind == "extension"}
    needed: dict[str, dict[str, Order]] = {}
    for order in find_orders(ledger):
        first, then = order.first.name, order.then.name
        if first != then and not _is_kept(first, then, kept):
            needed.setdefault(then, {}).setdefault(first, order)
    for then, orders in needed.items():
        what = ", ".join(f"{one.what} of '{first}'" for first, one in orders.items())
        yield codes.ORDER_NOT_WRITTEN.at(
            _place(next(iter(orders.values())).then.place),
            f"'{then}' reads {what}, and nothing keeps that order",
            hint=f"Add `after: [{', '.join(orders)}]` to '{then}'.",
            related=tuple(
                Related(_place(one.first.place), f"'{first}' is here")
                for first, one in orders.items()
            ),
        )


def _is_kept(first: str, then: str, kept: dict[str, set[str]]) -> bool:
    """Return whether the profile keeps one step before another, by way of others too."""
    waiting, seen = [then], {then}
    while waiting:
        for earlier in kept.get(waiting.pop(), ()):
            if earlier == first:
                return True
            if earlier not in seen:
                seen.add(earlier)
                waiting.append(earlier)
    return False


def _find_early_reads(ledger: Ledger) -> Iterator[Diagnostic]:
    """Report a step that asks for a key before another one sets it."""
    for first, then, what in find_reversed(ledger):
        yield codes.READ_BEFORE_SET.at(
            _place(then.place),
            f"'{then.name}' asks for {what} before '{first.name}' sets it",
            hint=f"Move '{then.name}' below '{first.name}', if it is to find that value.",
            related=(Related(_place(first.place), f"'{first.name}' is here"),),
        )


def _find_slips(ledger: Ledger) -> Iterator[Diagnostic]:
    """Report a key that nobody reads, and that is nearly one that is read and not set."""
    absent = {key: step for step in reversed(ledger.steps) for key in step.reads.absent}
    for key in find_unread(ledger):
        meant = find_certain(key, absent)
        source = next((step for step in ledger.steps if key in step.wrote), None)
        if meant is None or source is None:
            continue
        reader = absent[meant]
        yield codes.NEAR_MISS_KEY.at(
            _place(source.place),
            f"nothing reads {key!r}, and '{reader.name}' asks for {meant!r}, which is not set",
            hint=f"Did you mean '{meant}'?",
            related=(Related(_place(reader.place), f"'{reader.name}' asks for it"),),
        )


def _place(place: StepPlace | None) -> Place:
    return Place("?") if place is None else Place.in_line(place.path, place.line, place.column)
