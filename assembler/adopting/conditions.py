"""Join conditions of steps, as a profile writes them."""

from __future__ import annotations

from typing import Any

__all__ = ["ENABLED", "join", "negate"]

# The module's own `is_enabled`, or the contrary, as a condition of ours until the step is written.
ENABLED = "is_enabled"


def negate(condition: Any) -> Any:  # noqa: ANN401 - a condition is YAML
    """Return the contrary of a condition."""
    if isinstance(condition, bool):
        return not condition
    if isinstance(condition, dict):
        if "not" in condition:
            return condition["not"]
        if "debug" in condition:
            return {"debug": not condition["debug"]}
    return {"not": condition}


def join(word: str, conditions: list[Any]) -> Any:  # noqa: ANN401 - as above
    """Return several conditions as one: ``all`` or ``any`` of them."""
    decided = word == "any"  # a boolean of this value decides
    if any(one is decided for one in conditions):
        return decided
    open_ones = [one for one in conditions if not isinstance(one, bool)]
    flat = [i for one in open_ones for i in (one[word] if _is_a(one, word) else [one])]
    if word == "all":
        flat = [one for one in flat if not _is_implied(one, flat)]
    return not decided if not flat else flat[0] if len(flat) == 1 else {word: flat}


def _is_implied(condition: Any, others: list[Any]) -> bool:  # noqa: ANN401 - as above
    """Return whether it says that something is not one value, where another says which it is."""
    if not _is_a(condition, "not") or not _is_a(condition["not"], "equals"):
        return False
    asked, value = condition["not"]["equals"]
    known = [one["equals"] for one in others if _is_a(one, "equals")]
    return any(asked == one[0] and value != one[1] for one in known)


def _is_a(condition: object, word: str) -> bool:
    return isinstance(condition, dict) and word in condition
