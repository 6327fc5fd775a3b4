"""Choose which rules are on for a project: by its policy, and by the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.linting.selection import build_selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assembler.linting.selection import Selection
    from assembler.policy import Policy

__all__ = ["choose_rules"]


def choose_rules(policy: Policy, select: Sequence[str], ignore: Sequence[str]) -> Selection:
    """Choose the rules: ``select`` replaces the project's choice, ``ignore`` adds to what is off.

    Raises:
        ProfileError: at a pattern of the policy that matches no rule, with its place there.
        ValueError: at such a pattern of the command line.
    """
    settings = policy.settings
    faults = []
    for key, patterns in (("select", settings.select or ()), ("ignore", settings.ignore)):
        for pattern in patterns:
            try:
                build_selection([pattern], [])
            except ValueError as error:
                message, _, hint = str(error).partition(". ")
                place = policy.find_place(key, pattern)
                faults.append(codes.POLICY_BROKEN.at(place, f"{key}: {message}", hint=hint))
    if faults:
        raise ProfileError(faults)
    return build_selection(select or settings.select or (), (*settings.ignore, *ignore))
