"""Compare the apps of two profiles that are compared already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.comparing.differences import PartDifference
from assembler.diagnostics.diagnostic import ProfileError
from assembler.ledger.apart import COMPARED, LIMIT_SECONDS, ProfileSide, record_apart
from assembler.ledger.comparing import compare_ledgers

if TYPE_CHECKING:
    from assembler.comparing.comparison import Side
    from assembler.comparing.differences import Comparison
    from assembler.ledger.comparing import Difference
    from assembler.ledger.values import StepPlace

__all__ = ["compare_apps"]


def compare_apps(
    comparison: Comparison,
    sides: tuple[Side, Side],
    policy_file: str | None = None,
    limit_seconds: float = LIMIT_SECONDS,
) -> Comparison:
    """Make both apps at once, each in a process of its own, and add in what they differ.

    Raises:
        RuntimeError: at a defect of ours.
    """
    try:
        recorded = [_build_side(one, policy_file) for one in sides]
        left, right = record_apart(recorded, limit_seconds, more=COMPARED)
    except ProfileError as error:
        return comparison._replace(status="unknown", diagnostics=error.diagnostics)
    prefixes = [one.where.prefix for one in sides]
    parts = [_build_part(one, *prefixes) for one in compare_ledgers(left, right)]
    return comparison._replace(status="different" if parts else comparison.status, parts=parts)


def _build_side(side: Side, policy_file: str | None) -> ProfileSide:
    folder = side.where.folder
    return ProfileSide(
        side.profile,
        policy_file,
        directory=None if folder is None else str(folder),
        prefix=side.where.prefix,
    )


def _build_part(difference: Difference, left: str, right: str) -> PartDifference:
    return PartDifference(
        difference.change,
        difference.kind,
        difference.key,
        difference.left,
        difference.right,
        _show(difference.left_place, left),
        _show(difference.right_place, right),
    )


def _show(place: StepPlace | None, prefix: str) -> str | None:
    return None if place is None else f"{prefix}{place.path}:{place.line}"
