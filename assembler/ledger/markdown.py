"""Write how two apps compare as Markdown, for a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.comparing.output import escape_markdown, quote_code
from assembler.ledger.mending import find_place, render_remedy
from assembler.ledger.missing_steps import find_missing_steps
from assembler.ledger.text import render_difference, render_headline

if TYPE_CHECKING:
    from assembler.ledger.comparing import Difference
    from assembler.ledger.verifying import Verdict

__all__ = ["render_verdict_markdown"]

HEADER = "| what | factory | profile | place | hint |\n| --- | --- | --- | --- | --- |\n"


def render_verdict_markdown(verdict: Verdict) -> str:
    """Return whether two apps are the same, and a table of what differs."""
    missing = find_missing_steps(verdict.unexpected, verdict.profile)
    hints = {id(one): step.hint for step in missing for one in step.differences}
    parts = [f"{escape_markdown(render_headline(verdict))}.\n"]
    parts += ["".join(f"- {escape_markdown(one.hint)}\n" for one in missing)] if missing else []
    if verdict.unexpected:
        rows = [_render_row(one, verdict, hints.get(id(one))) for one in verdict.unexpected]
        parts.append(HEADER + "".join(f"| {' | '.join(cells)} |\n" for cells in rows))
    return "\n".join(parts)


def _render_row(difference: Difference, verdict: Verdict, hint: str | None) -> tuple[str, ...]:
    place = find_place(difference, verdict.profile)
    return (
        escape_markdown(render_difference(difference)),
        quote_code(difference.left or ""),
        quote_code(difference.right or ""),
        quote_code("" if place is None else str(place)),
        escape_markdown(hint or render_remedy(difference)),
    )
