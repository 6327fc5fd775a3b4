"""Set the values that the profile itself holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler import codes
from assembler.forms import Source, StepFault, raise_faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.forms import SourceContext

__all__ = ["SOURCE", "build_key_fault"]


def _load(context: SourceContext, values: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG001 - the form of a source
    raise_faults(build_key_fault(key) for key in values if not key.isupper())
    return values


def build_key_fault(key: str) -> StepFault:
    """Refuse a key that is not in upper case."""
    # Flask drops such a key in silence, and its author would look for the value in vain.
    return StepFault(
        f'a config key is upper-case, got "{key}"',
        hint=f"Write `{key.upper()}`.",
        option=(key,),
        code=codes.WRONG_OPTION,
    )


SOURCE = Source("values", "Values written in the profile.", None, _load)
