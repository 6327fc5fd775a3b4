"""Show what runs now, and what is different on disk."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from assembler.console.shown import NoQuery, Page, Shown
from assembler.journal.record import find_process_facts
from assembler.report import Outcome
from assembler.runners.control_client import ask_servers
from assembler.runners.on_disk import compare_on_disk, read_on_disk
from assembler.runners.status import render_profile_root

if TYPE_CHECKING:
    from assembler.console.site import Site
    from assembler.report import StepReport

__all__ = ["PAGE", "NowPage"]


class Patch(Shown):
    """A live patch."""

    name: str
    proof: str
    by: str


class NotedStep(Shown):
    """A step that was skipped, or works only in part."""

    kind: str
    name: str
    reason: str | None


class Check(Shown):
    """A readiness check."""

    name: str
    is_ok: bool
    reason: str | None


class Worker(Shown):
    """A worker process of the server."""

    pid: int
    generation: int
    age_seconds: float
    is_ready: bool
    requests: int
    errors: int
    memory_bytes: int | None


class Rejection(Shown):
    """A reload that was refused, or taken back."""

    kind: str
    at: str = Field(description="UTC, as ISO 8601.")
    digest: str | None
    reason: str
    more: str = Field(
        "", description="What was said beside it: hints, further diagnostics, or a traceback."
    )


class Server(Shown):
    """What the server says of itself."""

    bind: list[str]
    management_bind: str | None
    pid: int
    state: str
    generation: int
    kind: str
    since: str = Field(description="UTC, as ISO 8601.")
    can_roll_back: bool
    last_rejected: Rejection | None
    workers: list[Worker]


class OnDisk(Shown):
    """The profile's files as they are now."""

    state: str = Field(description="`the same`, `edited`, or `broken: ` and why.")
    digest: str | None
    changes: list[str] = Field(description="Lines, each after `-` if it runs, `+` if it does not.")


class NowPage(Shown):
    """What runs in the process that answers, and the server that it belongs to."""

    profile: str
    path: str
    role: str
    digest: str
    debug: bool
    policy: str | None
    runner: str
    outcome: str
    total_ms: float
    uptime_seconds: float
    host: str
    pid: int
    versions: dict[str, str]
    patches: list[Patch]
    degraded: list[NotedStep]
    skipped: list[NotedStep]
    checks: list[Check]
    notes: list[str]
    on_disk: OnDisk
    server: Server | None = Field(description="null: none says so, or none that reloads.")


def load_now(site: Site, _query: NoQuery) -> NowPage:
    """Ask the report, the checks, the files and the server."""
    report = site.report
    checks = site.health.run()
    return NowPage(
        **{name: getattr(report, name) for name in ("profile", "path", "role", "digest", "debug")},
        policy=report.policy,
        runner=report.runner,
        outcome=str(report.outcome),
        total_ms=round(report.total_ms, 3),
        uptime_seconds=round(time.time() - site.since, 1),
        **find_process_facts(),
        patches=[Patch(name=one.name, proof=one.proof, by=one.by) for one in report.patches],
        degraded=[_note(step) for step in report.find_degraded()],
        skipped=[_note(step) for step in report.steps if step.outcome is Outcome.SKIPPED],
        checks=[
            Check(name=name, is_ok=result.cause is None, reason=result.cause)
            for name, result in sorted(checks.items())
        ],
        notes=report.notes,
        on_disk=_compare(site),
        server=_find_server(site),
    )


def _note(step: StepReport) -> NotedStep:
    return NotedStep(kind=step.kind, name=step.name, reason=step.reason)


def _compare(site: Site) -> OnDisk:
    profile = site.loaded.plan.profile
    policy = site.loaded.policy.path
    on_disk = read_on_disk(str(profile.file), None if policy is None else str(policy))
    return OnDisk(**compare_on_disk(site.report.digest, render_profile_root(profile), on_disk))


def _find_server(site: Site) -> Server | None:
    """Ask the server whose worker this process is."""
    profile = site.loaded.plan.profile
    control = profile.server.reload.control
    if control == "off":
        return None
    path = None if control == "auto" else str(profile.find_server_places()["control"])
    answers = ask_servers(str(Path(profile.file).absolute()), site.loaded.root, path)
    for _, status in answers:
        if status["pid"] in {os.getpid(), os.getppid()} and "generation" in status:
            return _build_server(status)
    return None


def _build_server(status: dict[str, Any]) -> Server:
    rejected = status["last_rejected"]
    return Server(
        **{name: status[name] for name in ("bind", "management_bind", "pid", "state", "kind")},
        generation=status["generation"],
        since=_render_time(status["since"]),
        can_roll_back=status["can_roll_back"],
        last_rejected=rejected and Rejection(**{**rejected, "at": _render_time(rejected["at"])}),
        workers=[Worker(**one) for one in status["workers"]],
    )


def _render_time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


PAGE = Page("now", "Now", "What runs, and what is different on disk.", NowPage, load_now)
