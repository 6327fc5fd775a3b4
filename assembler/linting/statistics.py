"""Count the findings of each rule."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assembler.rendering.findings import Findings

__all__ = ["render_statistics"]


def render_statistics(findings: Findings, output_format: str) -> str:
    """Return a line for each rule that found something, or an object in JSON; the most first."""
    found = Counter((one.code, one.name) for one in findings.shown)
    fixable = Counter((one.code, one.name) for one in findings.shown if one.fix is not None)
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    if output_format == "json":
        rows = [
            {"code": code, "name": name, "count": count, "fixable": fixable[code, name]}
            for (code, name), count in ordered
        ]
        return json.dumps(rows, indent=2) + "\n"
    width = max((len(str(count)) for count in found.values()), default=0)
    return "".join(
        f"{count:>{width}}  {code}  {name}{_render_fixable(fixable[code, name])}\n"
        for (code, name), count in ordered
    )


def _render_fixable(count: int) -> str:
    return f"  ({count} fixable)" if count else ""
