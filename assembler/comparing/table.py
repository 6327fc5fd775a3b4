"""Describe comparisons in rows, for text and Markdown alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.comparing.givers import render_giver

if TYPE_CHECKING:
    from assembler.comparing.differences import (
        Comparison,
        PlannedFacts,
        StepDifference,
        Value,
    )

__all__ = ["list_tables", "render_status"]

Header = tuple[str, str, str, str, str]
STEP_HEADER = ("change", "step", "before", "after", "from")
VALUE_HEADER = ("change", "key", "before", "after", "from")
PART_HEADER = ("change", "part of the app", "before", "after", "from")
Row = tuple[str, str, str, str, str]
STATUSES = {
    "same": "{left} and {right} are the same",
    "different": "{left} and {right} differ",
    "added": "{right} is new",
    "removed": "{left} is gone",
    "unknown": "{left} and {right} cannot be compared",
}


def render_status(comparison: Comparison) -> str:
    """Return in a line how two profiles compare."""
    said = STATUSES[comparison.status]
    return said.format(left=comparison.left, right=comparison.right)


def list_tables(comparison: Comparison) -> list[tuple[Header, list[Row]]]:
    """Return the header and the rows of what differs: steps, values, parts of the app."""
    tables = [
        (STEP_HEADER, _list_step_rows(comparison)),
        (VALUE_HEADER, _list_value_rows(comparison)),
        (PART_HEADER, _list_part_rows(comparison)),
    ]
    return [(header, rows) for header, rows in tables if rows]


def _list_step_rows(comparison: Comparison) -> list[Row]:
    return [
        (
            one.change,
            f"{one.kind} '{one.name}'",
            _describe_step(one, one.left),
            _describe_step(one, one.right),
            _join(*(f"{side.path}:{side.line}" for side in (one.left, one.right) if side)),
        )
        for one in comparison.steps
    ]


def _list_value_rows(comparison: Comparison) -> list[Row]:
    return [
        (
            one.change,
            one.key,
            _describe_value(one.left),
            _describe_value(one.right),
            _join(*(f"{side.path}:{side.line}" for side in (one.left, one.right) if side)),
        )
        for one in comparison.values
    ]


def _list_part_rows(comparison: Comparison) -> list[Row]:
    return [
        (
            one.change,
            f"{one.kind.replace('_', ' ')} {one.key}",
            one.left or "",
            one.right or "",
            _join(*filter(None, (one.left_place, one.right_place))),
        )
        for one in comparison.parts
    ]


def _describe_step(difference: StepDifference, side: PlannedFacts | None) -> str:
    if side is None:
        return ""
    if difference.change == "moved":
        return "first" if side.after is None else f"after '{side.after}'"
    decision = f"{side.decision}: {side.reason}" if side.reason else side.decision
    return f"{side.use} {decision}"


def _describe_value(value: Value | None) -> str:
    if value is None:
        return ""
    givers = ", ".join(map(render_giver, value.variables))
    return f"{value.shown} ({givers})" if givers else value.shown


def _join(*places: str) -> str:
    return " -> ".join(dict.fromkeys(places))
