"""Fuzz the linter for long: ``python -m tests.fuzz --inputs 1200000``.

Each engine gets its share of the inputs; as many run at once as there are processors. At the end it
says how many were tried and what they found, and exits with 1 if that is anything. What was found
is saved below ``build/fuzz``, each input beside what it breaks.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import secrets
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fuzz.campaign import Job, Result, run_job
from tests.fuzz.dense import DENSE
from tests.fuzz.engines import find_engines

if TYPE_CHECKING:
    from collections.abc import Sequence

SHARES = {
    "dense": 0.0,
    "chance": 0.85,
    "atheris": 0.12,
    "hypothesis": 0.03,
}  # the slower, the less
JOB_INPUTS = 20_000  # a job is a process: what one keeps between inputs is bounded
REPORT_SECONDS = 30.0
SAVED = Path("build/fuzz")


def main() -> int:
    """Run the campaign that the command line asks for; give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_200_000)
    parser.add_argument("--engines", nargs="+", default=find_engines(), choices=find_engines())
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=None, help="The same gives the same inputs.")
    options = parser.parse_args()
    seed = secrets.randbelow(2**31) if options.seed is None else options.seed
    print(f"{options.inputs:,} inputs, --seed {seed}, engines: {', '.join(options.engines)}")
    jobs = plan_jobs(options.inputs, options.engines, seed)
    results = run_jobs(jobs, options.workers)
    for engine in options.engines:
        print(render_total(engine, [each for each in results if each.job.engine == engine]))
    is_clean = not any(each.findings or not each.tried for each in results)
    return 0 if results and is_clean else 1


def plan_jobs(inputs: int, engines: Sequence[str], seed: int) -> list[Job]:
    """Give each engine its share, in pieces, each with a seed of its own."""
    total = sum(SHARES[engine] for engine in engines) or 1
    jobs = [Job("dense", len(DENSE), seed)] if "dense" in engines else []
    for engine in engines:
        left = round(inputs * SHARES[engine] / total)
        while left > 0:
            jobs.append(Job(engine, min(left, JOB_INPUTS), seed + len(jobs)))
            left -= JOB_INPUTS
    # The slowest first, or one would run on alone at the end.
    return sorted(jobs, key=lambda job: SHARES[job.engine])


def run_jobs(jobs: list[Job], workers: int) -> list[Result]:
    """Run ``jobs``, a few at once, and say now and then how far they are, and what they find.

    A signal to end stops them: what was found until then is told all the same.
    """
    tried = dict.fromkeys(jobs, 0)
    is_done, is_stopped = threading.Event(), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: is_stopped.set())

    def run(job: Job) -> Result:
        def note(count: int) -> bool:
            tried[job] = count
            return not is_stopped.is_set()

        result = run_job(job, note) if not is_stopped.is_set() else Result(job)
        save_findings(result)
        return result

    def report() -> None:
        started = time.monotonic()
        while not is_done.wait(REPORT_SECONDS):
            count = sum(tried.values())
            seconds = time.monotonic() - started
            print(
                f"{count:,} inputs in {seconds:,.0f} s, {count / seconds:,.0f} a second", flush=True
            )

    reporting = threading.Thread(target=report, daemon=True)
    reporting.start()
    try:
        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(run, jobs))
    finally:
        is_done.set()
        reporting.join()


def render_total(engine: str, results: list[Result]) -> str:
    """Return what one engine did."""
    tried = sum(result.tried for result in results)
    seconds = sum(result.seconds for result in results)
    found = sum(len(result.findings) for result in results)
    return f"{engine}: {tried:,} inputs, {tried / max(seconds, 1):,.0f} a second, {found} findings"


def save_findings(result: Result) -> None:
    """Write each finding below `SAVED`, and say where."""
    for one in result.findings:
        SAVED.mkdir(parents=True, exist_ok=True)
        file = SAVED / f"{hashlib.sha256(one.source).hexdigest()[:12]}.yaml"
        file.write_bytes(one.source)
        file.with_suffix(".txt").write_text(one.report, "utf-8", "backslashreplace")
        last = one.report.strip().splitlines()[-1]
        print(f"{file}: {last}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
