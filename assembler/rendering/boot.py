"""Word what is said of a boot that takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes

if TYPE_CHECKING:
    from collections.abc import Collection

    from assembler.diagnostics.diagnostic import Diagnostic, Place

__all__ = ["build_timeout_fault", "render_killed", "render_still"]


def render_still(doing: str, seconds: float, pids: Collection[int] = ()) -> str:
    """Render that a process, or several of them, is still in a step."""
    who = f", in {_render_pids(pids)}" if pids else ""
    return f"still in {doing}, {seconds:.0f} s{who}"


def render_killed(doing: str, seconds: float, pid: int) -> str:
    """Render that a process was killed that did not leave when it was told to."""
    return f"process {pid} was killed in {doing}: it did not leave within {seconds:g} s"


def build_timeout_fault(what: str, place: Place, limit_seconds: float) -> Diagnostic:
    """Build the diagnostic of a boot that took too long, at what it did last."""
    return codes.BOOT_TIMED_OUT.at(
        place,
        f"the boot took longer than {limit_seconds:g} s, in {what}",
        hint="Fix what it waits for, or allow more time with `server.boot_timeout`.",
    )


def _render_pids(pids: Collection[int]) -> str:
    return f"process{'es' if len(pids) > 1 else ''} {', '.join(map(str, sorted(pids)))}"
