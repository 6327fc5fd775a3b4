"""Patch this process as the profile says, and prove every patch live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.assembling.create import apply_plan_patches
from assembler.diagnostics.diagnostic import ProfileError
from assembler.doctor.form import Check, Finding, Verdict, find_in_diagnostics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.doctor.form import Examined

__all__ = ["CHECK"]


def examine_patches(examined: Examined) -> Iterator[Finding]:
    """Leave the proofs for the app."""
    assert examined.loaded is not None
    try:
        patched = apply_plan_patches(examined.loaded)
    except ProfileError as error:
        yield from find_in_diagnostics(error.diagnostics)
        return
    examined.patched = patched
    for proof in patched.proofs:
        yield Finding(Verdict.OK, f"'{proof.name}' is live: {proof.proof}")
    if not patched.proofs:
        yield Finding(Verdict.OK, "the profile has none")


CHECK = Check(examine_patches, needs="loaded")
