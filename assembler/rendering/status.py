"""Render the status of a running server."""

from __future__ import annotations

import difflib
import time
from typing import TYPE_CHECKING, Any

from assembler.rendering.table import render_table

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["find_changes", "render_status"]

HEADER = ("pid", "generation", "age", "requests", "errors", "memory", "ready")
MIB = 1024 * 1024


def find_changes(running: str, on_disk: str) -> list[str]:
    """Return the lines in which two rendered profiles differ, with ``-`` and ``+`` before them."""
    lines = difflib.unified_diff(running.splitlines(), on_disk.splitlines(), n=0, lineterm="")
    return [line for line in list(lines)[2:] if not line.startswith("@@")]


def render_status(status: Mapping[str, Any]) -> str:
    """Render a status, with ``on_disk`` in it."""
    since = _render_time(status["since"])
    name = f"'{status['profile']}' from {status['path']}"
    if "role" in status:
        pool = f", pool {status['pool']}" if status["pool"] else ""
        lines = [f"{status['role']} {name}{pool}", f"since {since}, {status['state']}"]
    else:
        generation = f"generation {status['generation']} ({status['kind']})"
        management = status["management_bind"]
        more = f", management at {management}" if management else ""
        lines = [
            f"{name} at {', '.join(status['bind'])}{more}",
            f"{generation} since {since}, {status['state']}",
        ]
    lines.append(f"profile {status['digest']}")
    lines += [f"patch {one['name']}, by {one['by']}: {one['proof']}" for one in status["patches"]]
    for word in ("degraded", "skipped"):
        lines += [f"{word}: {one['kind']} '{one['name']}': {one['reason']}" for one in status[word]]
    rejected = status.get("last_rejected")
    if rejected:
        digest = f", {rejected['digest']}" if rejected["digest"] else ""
        when = _render_time(rejected["at"])
        lines.append(f"last rejected: {rejected['kind']} at {when}{digest}: {rejected['reason']}")
        lines += [f"  {line.rstrip()}" for line in rejected.get("more", "").splitlines()]
    lines.append(f"on disk: {status['on_disk']['state']}")
    lines += [f"  {line}" for line in status["on_disk"]["changes"]]
    text = "".join(f"{line}\n" for line in lines)
    if "role" in status:
        pids = [(str(one["pid"]), _render_memory(one)) for one in status["workers"]]
        return text + render_table(("pid", "memory"), pids)
    rows = [
        (
            str(one["pid"]),
            str(one["generation"]),
            f"{one['age_seconds']:.0f} s",
            str(one["requests"]),
            str(one["errors"]),
            _render_memory(one),
            "yes" if one["is_ready"] else "no",
        )
        for one in status["workers"]
    ]
    return text + render_table(HEADER, rows)


def _render_memory(process: Mapping[str, Any]) -> str:
    size = process["memory_bytes"]
    return "" if size is None else f"{size / MIB:.0f} MiB"


def _render_time(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))
