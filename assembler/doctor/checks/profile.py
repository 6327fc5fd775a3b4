"""Say what is wrong with the profile itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.doctor.form import Check, Finding, Verdict, find_in_diagnostics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.doctor.form import Examined

__all__ = ["CHECK"]


def examine_profile(examined: Examined) -> Iterator[Finding]:
    """Take what loading it has found."""
    yield from find_in_diagnostics(examined.faults)
    if examined.loaded is not None:
        yield from find_in_diagnostics(examined.loaded.warnings)
        profile = examined.loaded.plan.profile
        yield Finding(Verdict.OK, f"'{profile.name}' ({profile.role}) is loaded")


CHECK = Check(examine_profile)
