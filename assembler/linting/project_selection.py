"""Choose which rules are on for a project: by its policy, and by the command line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError, Severity
from assembler.linting.selection import build_selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assembler.diagnostics.diagnostic import Collector
    from assembler.linting.selection import Selection
    from assembler.policy import Policy

__all__ = ["choose_rules"]


def choose_rules(
    policy: Policy, select: Sequence[str], ignore: Sequence[str], found: Collector
) -> Selection:
    """Choose the rules: ``select`` replaces the project's choice, ``ignore`` adds to what is off.

    A retired rule that the policy names is reported to ``found``, as a warning.

    Raises:
        ProfileError: if a pattern of the policy matches no rule, with its place there.
        ValueError: if a pattern of the command line matches no rule.
    """
    settings = policy.settings
    faults = []
    for key, patterns in (("select", settings.select or ()), ("ignore", settings.ignore)):
        for pattern in patterns:
            place = policy.find_place(key, pattern)
            try:
                build_selection([pattern], [])
            except ValueError as error:
                message, _, hint = str(error).partition(". ")
                faults.append(codes.POLICY_BROKEN.at(place, f"{key}: {message}", hint=hint))
            retired = codes.find_retired(pattern)
            if retired is not None:
                warning = codes.POLICY_BROKEN.at(place, f"{key}: {retired}", hint="Remove it.")
                found.add(replace(warning, severity=Severity.WARNING))
    if faults:
        raise ProfileError(faults)
    return build_selection(select or settings.select or (), (*settings.ignore, *ignore))
