"""Run engines in processes of their own, watch them, and gather what they find."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.fuzz.progress import Progress
from tests.support.processes import ROOT, build_env

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TARGET", "Finding", "Job", "Result", "run_job"]

TARGET = "tests.fuzz.target:LinterTarget"
POLL_SECONDS = 0.2
START_SECONDS = 120.0  # until the first input is tried
LIMIT_RESTARTS = 20  # after crashes
TAIL_LINES = 12
ENDED, STOPPED, ENDLESS = "it ended", "it was stopped", "it does not end"


@dataclass(frozen=True, slots=True)
class Job:
    """What one engine is to do."""

    engine: str
    count: int
    seed: int
    limit_seconds: float = 30.0  # of one input, before it counts as endless
    target: str = TARGET


@dataclass(frozen=True, slots=True)
class Finding:
    """An input, and what it breaks."""

    source: bytes
    report: str


@dataclass(slots=True)
class Result:
    """What came of a job."""

    job: Job
    tried: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)


def run_job(job: Job, on_progress: Callable[[int], bool] = lambda _: True) -> Result:
    """Run ``job`` to its end; a process that crashes or hangs is replaced by the next.

    Args:
        job: The engine and its inputs.
        on_progress: Is told, at times, how many inputs were tried; says whether to go on.
    """
    result = Result(job)
    started = time.monotonic()
    for restart in range(LIMIT_RESTARTS):
        if _run_worker(job, job.seed + restart * 1_000_003, result, on_progress):
            break
    result.seconds = time.monotonic() - started
    return result


def _run_worker(job: Job, seed: int, result: Result, on_progress: Callable[[int], bool]) -> bool:
    """Run one process; tell whether all is tried."""
    with TemporaryDirectory(prefix="fuzz-") as path:
        folder = Path(path)
        left = job.count - result.tried
        with (
            Progress(folder / "progress") as progress,
            (folder / "output").open("wb") as output,
            subprocess.Popen(
                [
                    *(sys.executable, "-m", "tests.fuzz.worker"),
                    *(job.engine, str(left), str(seed), path, job.target),
                ],
                cwd=ROOT,
                env=build_env(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            ) as process,
        ):
            try:
                how = _watch(
                    process, progress, job, lambda count: on_progress(result.tried + count)
                )
            finally:
                process.kill()
                process.wait()
            result.tried += progress.count
            result.findings += _read_findings(folder / "found")
            is_done = how == STOPPED or (process.returncode == 0 and progress.count > 0)
            if not is_done:
                what = how if how == ENDLESS else f"exit status {process.returncode}"
                report = f"{what}\n{_read_tail(folder)}"
                result.findings.append(Finding(progress.source, report))
            return is_done or result.tried >= job.count


def _watch(
    process: subprocess.Popen[bytes],
    progress: Progress,
    job: Job,
    on_progress: Callable[[int], bool],
) -> str:
    """Wait for the end; tell how it came to it."""
    count, since = 0, time.monotonic()
    while process.poll() is None:
        time.sleep(POLL_SECONDS)
        now = time.monotonic()
        if not on_progress(progress.count):
            return STOPPED
        if progress.count != count:
            count, since = progress.count, now
        elif now - since > (job.limit_seconds if count else START_SECONDS):
            process.send_signal(signal.SIGABRT)  # it writes where it stands
            time.sleep(POLL_SECONDS)
            return ENDLESS
    return ENDED


def _read_findings(folder: Path) -> list[Finding]:
    return [
        Finding(file.read_bytes(), file.with_suffix(".txt").read_text("utf-8"))
        for file in sorted(folder.glob("*.yaml"))
    ]


def _read_tail(folder: Path) -> str:
    """Return the ends of what a process printed, and of the stacks that it wrote when it broke."""
    tails = []
    for name in ("output", "stacks"):
        file = folder / name
        lines = file.read_text("utf-8", "replace").splitlines() if file.exists() else []
        tails += lines[-TAIL_LINES:] if name == "output" else lines[:TAIL_LINES]
    return "\n".join(tails)
