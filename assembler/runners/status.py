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
    from collections.abc import Mapping

    from assembler.language.profile import Profile
    from assembler.runners.generation import Generation, Rejection
    from assembler.runners.master import Master
    from assembler.runners.reloading import Reloader
    from assembler.serving.bind import Bind

__all__ = [
    "build_status",
    "describe_process",
    "describe_report",
    "render_composed",
    "render_profile_root",
]


def build_status(master: Master, reloader: Reloader) -> dict[str, Any]:
    """Return the status as plain JSON types; times in seconds since the epoch, sizes in bytes."""
    current = master.current
    profile, report = current.profile, current.report
    return {
        "profile": profile.name,
        "path": profile.composed.path,
        "pid": os.getpid(),
        "bind": [str(bind) for bind in current.application.serving.binds],
        "management_bind": _render(current.application.serving.management),
        "state": reloader.state,
        "generation": current.number,
        "kind": current.application.boot.kind,
        "digest": profile.composed.digest,
        "since": current.since,
        "workers": [
            _describe_worker(worker)
            for worker in sorted(master.WORKERS.values(), key=lambda one: one.age)
        ],
        **describe_report(report),
        "last_rejected": _describe_rejection(reloader.last_rejection),
        "can_roll_back": reloader.previous is not None,
        "composed": render_composed(current),
    }


def _render(bind: Bind | None) -> str | None:
    return None if bind is None else str(bind)


def render_composed(generation: Generation) -> str:
    """Render the composed profile of a generation, not interpolated, with its secrets masked."""
    return render_profile_root(generation.profile)


def render_profile_root(profile: Profile) -> str:
    """Render a composed profile, not interpolated, with its secrets masked."""
    return render_profile(mask_profile(profile.composed.root, find_secret_options))


def describe_report(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a status says of the app, by its report; it may be empty."""
    steps = report.get("steps", ())
    return {
        "patches": report.get("patches", []),
        "degraded": [_describe_step(step) for step in steps if step["outcome"] == "partial"],
        "skipped": [_describe_step(step) for step in steps if step["outcome"] == "skipped"],
    }


def describe_process(pid: int) -> dict[str, Any]:
    """Return what the system says of a process: its memory in bytes, ``None`` where it does not."""
    return {"pid": pid, "memory_bytes": _find_memory(pid)}


def _describe_worker(worker: Any) -> dict[str, Any]:  # noqa: ANN401 - of gunicorn's
    counts = worker.counts.read()
    return {
        "pid": worker.pid,
        "generation": worker.generation.number,
        "age_seconds": round(time.monotonic() - worker.progress.started, 1),
        "is_ready": worker.is_ready and not worker.is_ending,
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
        "more": rejection.more,
    }
