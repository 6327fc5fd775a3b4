"""Refuse a config key that Flask would drop: one that is not in upper case."""

from __future__ import annotations

from assembler.diagnostics.diagnostic import codes
from assembler.steps.forms import StepFault

__all__ = ["build_key_fault"]


def build_key_fault(key: str) -> StepFault:
    """Refuse a key that Flask drops in silence, while its author looks for the value in vain."""
    return StepFault(
        f'a config key is upper-case, got "{key}"',
        hint=f"Write `{key.upper()}`.",
        option=(key,),
        code=codes.WRONG_OPTION,
    )
