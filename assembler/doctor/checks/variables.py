"""Load the profile, and find the variables that it needs and nobody has set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.doctor.form import Check, Finding, Verdict, find_in_diagnostics
from assembler.language.variables import list_variables
from assembler.planning.loading import load_plan, prepare_path
from assembler.planning.step_forms import find_secret_options
from assembler.secrets.masking import mask_profile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.doctor.form import Examined
    from assembler.planning.loading import Loaded

__all__ = ["CHECK"]

UNSET = frozenset({codes.UNSET_VARIABLE.number, codes.REQUIRED_VARIABLE.number})


def examine_variables(examined: Examined) -> Iterator[Finding]:
    """Leave the plan, or the faults that are not about variables, for the checks below."""
    try:
        loaded = load_plan(examined.profile, policy_file=examined.policy_file)
    except ProfileError as error:
        unset = [one for one in error.diagnostics if one.code in UNSET]
        examined.faults = tuple(one for one in error.diagnostics if one.code not in UNSET)
        yield from find_in_diagnostics(unset)
        return
    prepare_path(loaded.policy, Path.cwd())
    examined.loaded = loaded
    yield Finding(Verdict.OK, _describe(loaded))


def _describe(loaded: Loaded) -> str:
    profile = loaded.plan.profile
    masked = mask_profile(profile.node, find_secret_options)
    names = {one.name for one in list_variables(profile.composed.root, masked)}
    count = len(names & loaded.env.keys())
    return f"{count} set, {len(names) - count} not set and not needed"


CHECK = Check(examine_variables)
