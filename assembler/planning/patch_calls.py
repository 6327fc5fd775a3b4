"""Give a plan's patches with their options, and check their order; nothing is applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.diagnostics import codes
from assembler.document.nodes import ScalarNode, to_plain
from assembler.steps.patches import get_patch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assembler.diagnostics.diagnostic import Collector, Diagnostic, Place
    from assembler.planning.plan import Plan
    from assembler.steps.forms import Patch

__all__ = ["PatchCall", "check_patches", "load_patch_calls"]


class PatchCall(NamedTuple):
    """One patch with the options that the profile gives it, and where the profile names it."""

    patch: Patch
    options: Any
    place: Place

    @property
    def identity(self) -> tuple[str, str]:
        """What makes two calls the same one."""
        return (self.patch.name, self.options.model_dump_json())


def load_patch_calls(plan: Plan) -> list[PatchCall]:
    """Give the patches that are to be applied, with their typed options."""
    calls = []
    for planned in plan.live_patches:
        try:
            patch = get_patch(planned.step.use)
        except KeyError:  # said already, where its name was checked
            continue
        try:
            options = patch.options.model_validate(
                to_plain(planned.step.options, ScalarNode.for_schema)
            )
        except ValueError:  # said as well; that the patch is there still counts for the others
            options = None
        calls.append(PatchCall(patch, options, planned.step.place))
    return calls


def check_patches(calls: Sequence[PatchCall], found: Collector) -> None:
    """Check that what must be first is first, and that what a patch needs stands before it."""
    has_unknown = any(one.code == codes.UNKNOWN_PATCH.number for one in found.found)
    positions = {call.patch.name: index for index, call in enumerate(calls)}
    for index, call in enumerate(calls):
        if call.patch.first and index > 0:
            found.add(_must_be_first(call))
        for need in call.patch.needs:
            position = positions.get(need)
            if position is None and has_unknown:
                continue  # the one that is misspelled may be it
            if position is None:
                found.add(_needs(call, need))
            # Where the other one must be first, that is what is said, once and not for each.
            elif position > index and not calls[position].patch.first:
                found.add(_stands_too_early(call, need))


def _must_be_first(call: PatchCall) -> Diagnostic:
    message = f"patch '{call.patch.name}' must be the first, and others stand before it"
    return codes.PATCH_ORDER.at(call.place, message, hint="Move it to the top of `patches`.")


def _needs(call: PatchCall, need: str) -> Diagnostic:
    message = f"patch '{call.patch.name}' needs patch '{need}', which this profile does not have"
    hint = f"Put `- {need}` before it, or remove `{call.patch.name}`."
    return codes.PATCH_NEED_MISSING.at(call.place, message, hint=hint)


def _stands_too_early(call: PatchCall, need: str) -> Diagnostic:
    message = f"patch '{call.patch.name}' stands before '{need}', which it needs"
    return codes.PATCH_ORDER.at(call.place, message, hint=f"Move it after `{need}`.")
