"""Describe what a running server is made of."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assembler.planning.step_forms import find_secret_options
from assembler.rendering.profile import render_profile
from assembler.secrets.masking import mask_profile

if TYPE_CHECKING:
    from assembler.runners.generation import Generation, Rejection
    from assembler.runners.master import Master
    from assembler.runners.reloading import Reloader

__all__ = ["build_status", "render_composed"]


def build_status(master: Master, reloader: Reloader) -> dict[str, Any]:
    """Return the status as plain JSON types; times in seconds since the epoch, sizes in bytes."""
    current = master.current
    profile, report = current.profile, current.report
    steps = report.get("steps", ())
    return {
        "profile": profile.name,
        "path": profile.composed.path,
        "pid": os.getpid(),
        "bind": [str(bind) for bind in current.application.serving.binds],
        "state": reloader.state,
        "generation": current.number,
        "kind": current.application.boot.kind,
        "digest": profile.composed.digest,
        "since": current.since,
        "workers": [
            _describe_worker(worker)
            for worker in sorted(master.WORKERS.values(), key=lambda one: one.age)
        ],
        "patches": report.get("patches", []),
        "degraded": [_describe_step(step) for step in steps if step["outcome"] == "partial"],
        "skipped": [_describe_step(step) for step in steps if step["outcome"] == "skipped"],
        "last_rejected": _describe_rejection(reloader.last_rejection),
        "can_roll_back": reloader.previous is not None,
        "composed": render_composed(current),
    }


def render_composed(generation: Generation) -> str:
    """Render the composed profile of a generation, not interpolated, with its secrets masked."""
    root = generation.profile.composed.root
    return render_profile(mask_profile(root, find_secret_options))


def _describe_worker(worker: Any) -> dict[str, Any]:  # noqa: ANN401 - of gunicorn's
    counts = worker.counts.read()
    return {
        "pid": worker.pid,
        "generation": worker.generation.number,
        "age_seconds": round(time.monotonic() - worker.progress.started, 1),
        "is_ready": worker.is_ready,
        "requests": counts.requests,
        "errors": counts.errors,
        "memory_bytes": _find_memory(worker.pid),
    }


def _find_memory(pid: int) -> int | None:
    """Return the resident memory of a process; ``None`` where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1])
    except (OSError, IndexError, ValueError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def _describe_step(step: dict[str, Any]) -> dict[str, Any]:
    return {key: step[key] for key in ("kind", "name", "reason")}


def _describe_rejection(rejection: Rejection | None) -> dict[str, Any] | None:
    if rejection is None:
        return None
    return {
        "kind": rejection.kind,
        "at": rejection.at,
        "digest": rejection.digest,
        "reason": rejection.reason,
    }
