"""Say where in a profile a difference is mended, and how."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assembler.ledger.comparing import Difference
    from assembler.ledger.values import Ledger, StepPlace

__all__ = ["find_place", "render_remedy"]

NAMED = re.compile(r"[^\W\d]\w*(\.\w+)*:[^\W\d]\w*(\.\w+)*")  # what a profile can name
# How a step registers what has no object of its own, by kind.
ADAPTERS = {
    "filter": "template_filter",
    "test": "template_test",
    "global": "template_global",
    "command": "command",
    "wsgi": "middleware",
    "error_handler": "error_handler",
}


def find_place(difference: Difference, profile: Ledger) -> StepPlace | None:
    """Return the line of the profile to look at: of the step that made it, else of the first."""
    if difference.right_place is not None:
        return difference.right_place
    kind = "config" if difference.kind == "config" else "extension"
    places = [step.place for step in profile.steps if step.kind == kind]
    places += [step.place for step in profile.steps if step.kind in {"finish", "app"}]
    return next(iter(places), None)


def render_remedy(difference: Difference) -> str:
    """Return what to do about a difference between a factory's app and a profile's."""
    kind, key = difference.kind.replace("_", " "), difference.key
    step = difference.right_step
    if difference.change == "removed":
        return _render_addition(difference)
    if step is None:
        return f"Make {kind} '{key}' as the factory does."
    if difference.change == "added":
        return f"Remove it from '{step}', or add it to the factory."
    if difference.change == "moved":
        return f"Move '{step}' to where the factory does it."
    return f"Change '{step}', which sets it."


def _render_addition(difference: Difference) -> str:
    """Return the step to add, as far as it can be told from the name of what is missing."""
    kind, key, made = difference.kind, difference.key, difference.left or ""
    if kind == "config":
        return f"Set {key} in a config source."
    if kind == "attribute":
        return f"Set it with the step `attributes`: `{key}`."
    named = NAMED.match(made)
    adapter = key if kind == "hook" else ADAPTERS.get(kind)
    if named is None or named.end() != len(made) or adapter is None or " of " in key:
        return "Add a step that makes it."
    options = f", with: {{for: {key}}}" if kind == "error_handler" else ""
    return f'Add `- {{use: "{named[0]}", as: {adapter}{options}}}`.'
