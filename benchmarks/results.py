"""Tell what was measured: a table for people, and JSON with every value."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from benchmarks.quotients import Figure, How, build_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measuring import Measured
    from benchmarks.quotients import Line, Reach

__all__ = ["build_json", "render_table"]

HEADINGS = (
    "measured",
    "against",
    "here",
    "there",
    "result (interval)",
    "reach",
    "pairs",
    "verdict",
)
# What a figure may depend on.
DISTRIBUTIONS = (
    "flask",
    "gevent",
    "grpcio",
    "gunicorn",
    "psycopg2-binary",
    "pydantic",
    "pyyaml",
    "sqlalchemy",
)


def render_table(all_measured: Sequence[Measured]) -> str:
    """Return the table, its columns aligned, a line of it for each line of each row."""
    rows = [HEADINGS, *(cells for measured in all_measured for cells in _iter_cells(measured))]
    widths = [max(len(cells[column]) for cells in rows) for column in range(len(HEADINGS))]
    lines = ["| " + " | ".join(map(str.ljust, cells, widths)) + " |" for cells in rows]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines)


def build_json(all_measured: Sequence[Measured], started: datetime) -> dict[str, Any]:
    """Return the machine, and of each row the figures and the values they are made of."""
    return {
        "started": started.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "python": platform.python_version(),
            "system": platform.platform(),
            "cpus": os.cpu_count(),
            "load": os.getloadavg(),
            "versions": {name: version(name) for name in DISTRIBUTIONS},
        },
        "rows": [_build_row(measured) for measured in all_measured],
    }


def _iter_cells(measured: Measured) -> list[tuple[str, ...]]:
    if measured.missing is not None:
        empty = ("", "", "", "", "", f"not measured: {measured.missing}")
        return [(line.measured, line.against, *empty) for line in measured.row.lines]
    return [_render_line(measured, line) for line in measured.row.lines]


def _render_line(measured: Measured, line: Line) -> tuple[str, ...]:
    figure = build_figure(line, measured.here, measured.there)
    unit = f" {line.unit}" if line.how is How.HERE_LESS_THERE else ""
    return (
        line.measured,
        line.against,
        f"{figure.here:.4g} {line.unit}".strip(),
        f"{figure.there:.4g} {line.unit}".strip(),
        f"{figure.value:.3g}{unit} ({figure.low:.3g} to {figure.high:.3g})",
        "" if line.reach is None else _render_reach(line.reach, unit),
        str(len(measured.here)),
        _find_verdict(line, figure) or "",
    )


def _render_reach(reach: Reach, unit: str) -> str:
    return f"{reach.limit:g}{unit} or {'more' if reach.at_least else 'less'}"


def _find_verdict(line: Line, figure: Figure) -> str | None:
    if line.reach is None:
        return None
    return "reached" if line.reach.is_met(figure.value) else "missed"


def _build_row(measured: Measured) -> dict[str, Any]:
    return {
        "name": measured.row.name,
        "summary": measured.row.summary,
        "pairs": len(measured.here),
        "missing": measured.missing,
        "lines": [] if measured.missing else [_build_line(measured, x) for x in measured.row.lines],
        "values": {"here": measured.here, "there": measured.there},
    }


def _build_line(measured: Measured, line: Line) -> dict[str, Any]:
    figure = build_figure(line, measured.here, measured.there)
    reach = line.reach
    return {
        "measured": line.measured,
        "against": line.against,
        "quantity": line.quantity,
        "unit": line.unit,
        "how": line.how.value,
        "value": figure.value,
        "interval": [figure.low, figure.high],
        "medians": {"here": figure.here, "there": figure.there},
        "reach": reach and {"limit": reach.limit, "at_least": reach.at_least},
        "verdict": _find_verdict(line, figure),
    }
