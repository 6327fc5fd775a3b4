"""Choose which rules are on for a project: by its policy, and by the command line."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError, Severity
from assembler.linting.selection import FileIgnores, build_selection, match_codes

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
    chosen = [("select", settings.select or ()), ("ignore", settings.ignore)]
    chosen += [("per_file_ignores", rules) for rules in settings.per_file_ignores.values()]
    for key, patterns in chosen:
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
    selection = build_selection(select or settings.select or (), (*settings.ignore, *ignore))
    return selection._replace(per_file=_build_file_ignores(policy))


def _build_file_ignores(policy: Policy) -> tuple[FileIgnores, ...]:
    return tuple(
        FileIgnores(
            os.path.normpath((policy.root or Path.cwd()) / pattern),
            frozenset(code.number for rule in rules for code in match_codes(rule)),
        )
        for pattern, rules in policy.settings.per_file_ignores.items()
    )
