"""Find what an app has no longer after a reload, which is not always meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["find_losses"]

RAN = frozenset({"done", "partial"})


def find_losses(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return what is gone, by what a worker of each generation has reported; may be empty.

    Each worker patches itself, so that patches come and go with a reload as steps do.
    """
    if not before or not now:
        return []
    patches = [one["name"] for one in before["patches"]]
    live = {one["name"] for one in now["patches"]}
    carried_out = _list_steps(now)
    steps = [one for one in _list_steps(before) if one not in carried_out]
    found = [f"the patch '{name}' is no longer applied" for name in patches if name not in live]
    found += [f"the {kind} step '{name}' is no longer carried out" for kind, name in steps]
    if now["routes"] < before["routes"]:
        found.append(f"it has {now['routes']} routes, and had {before['routes']}")
    return found


def _list_steps(report: Mapping[str, Any]) -> dict[tuple[str, str], None]:
    """Return the kinds and names of the steps that were carried out, patches aside."""
    steps = (one for one in report["steps"] if one["kind"] != "patch" and one["outcome"] in RAN)
    return {(one["kind"], one["name"]): None for one in steps}
