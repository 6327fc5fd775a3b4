"""Type the options of the patches that run, and check their order; nothing is applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.diagnostics import codes
from assembler.document.nodes import ScalarNode, to_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assembler.diagnostics.diagnostic import Collector, Place
    from assembler.language.profile import Step
    from assembler.steps.forms import Patch

__all__ = ["PatchCall", "build_patch_calls", "check_patches"]


class PatchCall(NamedTuple):
    """One patch with its typed options, and where the profile names it."""

    patch: Patch
    options: Any
    place: Place

    @property
    def identity(self) -> tuple[str, str]:
        """What two equal calls have in common."""
        return (self.patch.name, self.options.model_dump_json())


def build_patch_calls(patches: Iterable[tuple[Step, Patch]]) -> tuple[PatchCall, ...]:
    """Return the calls of ``patches``; one without options if they are wrong, which is reported."""
    calls = []
    for step, patch in patches:
        try:
            options = patch.options.model_validate(to_plain(step.options, ScalarNode.for_schema))
        except ValueError:
            options = None
        calls.append(PatchCall(patch, options, step.place))
    return tuple(calls)


def check_patches(calls: Sequence[PatchCall], found: Collector) -> None:
    """Check that every patch comes after what it needs, and that the first is first."""
    has_unknown = any(one.code == codes.UNKNOWN_PATCH.number for one in found.found)
    positions = {call.patch.name: index for index, call in enumerate(calls)}
    for index, call in enumerate(calls):
        name = call.patch.name
        if call.patch.first and index > 0:
            message = f"patch '{name}' must be the first, but others come before it"
            hint = "Move it to the top of `patches`."
            found.add(codes.PATCH_ORDER.at(call.place, message, hint=hint))
        for need in call.patch.needs:
            position = positions.get(need)
            if position is None and not has_unknown:  # else a misspelled one may be it
                message = f"patch '{name}' needs patch '{need}', which this profile does not have"
                hint = f"Put `- {need}` before it, or remove `{name}`."
                found.add(codes.PATCH_NEED_MISSING.at(call.place, message, hint=hint))
            # If the other must be first, that alone is reported.
            elif position is not None and position > index and not calls[position].patch.first:
                message = f"patch '{name}' comes before '{need}', which it needs"
                hint = f"Move it after `{need}`."
                found.add(codes.PATCH_ORDER.at(call.place, message, hint=hint))
