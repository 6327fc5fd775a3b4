"""Sort out what a catalogue step makes otherwise than its library does when called by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.references.reference import is_catalog_name
from assembler.steps.catalog import get_catalog_step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.ledger.comparing import Difference
    from assembler.ledger.values import Ledger

__all__ = ["sort_out_inherent"]


def sort_out_inherent(
    differences: Iterable[Difference], profile: Ledger
) -> tuple[list[Difference], list[tuple[Difference, str]]]:
    """Return the differences that count, and those of the steps, with their reasons."""
    reasons = _find_reasons(profile)
    counted: list[Difference] = []
    inherent: list[tuple[Difference, str]] = []
    for one in differences:
        reason = reasons.get((one.kind, one.key))
        if reason is None:
            counted.append(one)
        else:
            inherent.append((one, reason))
    return counted, inherent


def _find_reasons(profile: Ledger) -> dict[tuple[str, str], str]:
    """Return why a part differs, by its kind and key."""
    done = [one for one in profile.steps if one.kind == "extension" and one.outcome == "done"]
    uses = dict.fromkeys(one.use for one in done if one.use)  # an endpoint alone has none
    steps = [get_catalog_step(use) for use in uses if is_catalog_name(use)]
    return {(one.kind, one.key): one.reason for step in steps for one in step.inherent}
