"""Check what the caller of `create_app` passed as arguments against what a profile takes."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.diagnostics.suggestion import render_names, render_suggestion
from assembler.document.nodes import ScalarNode
from assembler.planning.mounted import iter_mounted
from assembler.references.reference_forms import iter_references

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assembler.planning.plan import Plan

__all__ = ["check_arguments"]


def check_arguments(plan: Plan, arguments: Mapping[str, object]) -> None:
    """Reject arguments that nothing in the profile asks for.

    A profile that it mounts, which is not read yet, may ask for any.

    Raises:
        ProfileError: with each of them.
    """
    if not arguments or any(any(iter_mounted(one.step)) for one in plan.extensions):
        return
    known = list(dict.fromkeys(_iter_names(plan)))
    otherwise = f"It takes {render_names(known)}." if known else "It takes none."
    faults = [
        codes.UNKNOWN_ARGUMENT.at(
            plan.profile.node.place,
            f'the profile takes no argument "{name}"',
            hint=render_suggestion(name, known, otherwise),
        )
        for name in arguments
        if name not in known
    ]
    if faults:
        raise ProfileError(faults)


def _iter_names(plan: Plan) -> Iterator[str]:
    parts = [plan.profile.app.options]
    for planned in plan.steps:
        parts += [planned.step.options, planned.step.init]
    for reference in chain.from_iterable(map(iter_references, parts)):
        name = reference.get("$argument")
        if isinstance(name, ScalarNode):
            yield name.text
