"""Test that a profile means the same in a worker of Celery's, or is refused with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.projects import HEAD, write_files

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess
    from tests.support.processes import RunningProcess

TASKS = """\
from celery import Celery
from assembler import create_app

flask_app = create_app("profile.yaml")
report = flask_app.extensions["assembler"]
print("REPORT", report.runner, *(f"{one.name}:{one.by}" for one in report.patches), flush=True)
app = Celery("tasks", broker="memory://")
"""
ALL = "[gevent, grpc, psycopg2]"
READY = r"celery@\S+ ready"


def start(process: StartProcess, folder: Path, pool: str, patches: str) -> RunningProcess:
    """Start a worker whose tasks need the app of a profile with ``patches``."""
    files = {"profile.yaml": f"{HEAD}patches: {patches}\n", "project.py": "", "tasks.py": TASKS}
    write_files(folder, files)
    args = ["-m", "celery", "-A", "tasks", "worker", "-P", pool, "-c", "2", "--loglevel", "INFO"]
    # Celery warns of a worker that is root, which a container's usually is.
    return process(["-W", "ignore", *args], folder)


def test_under_the_gevent_pool_celery_patches_and_we_apply_the_rest(
    process: StartProcess, tmp_path: Path
) -> None:
    """The standard library is found patched and checked; gRPC and psycopg2 are ours to patch."""
    worker = start(process, tmp_path, "gevent", ALL)
    worker.wait_for_line(READY)
    assert "REPORT celery gevent:celery grpc:assembler psycopg2:assembler" in worker.stdout


@pytest.mark.parametrize("pool", ["prefork", "solo", "threads"])
def test_a_pool_that_is_not_patched_runs_a_profile_without_patches(
    process: StartProcess, tmp_path: Path, pool: str
) -> None:
    """And the process stays as it is."""
    worker = start(process, tmp_path, pool, "[]")
    worker.wait_for_line(READY)
    assert "REPORT celery\n" in worker.stdout


@pytest.mark.parametrize(
    ("pool", "patches", "said"),
    [
        ("prefork", ALL, "[ASM408] patch 'gevent' is the task of celery here"),
        *(
            pytest.param(pool, ALL, "[ASM408] patch 'gevent' is", marks=pytest.mark.long)
            for pool in ("solo", "threads")
        ),
        ("gevent", "[]", "[ASM407] the profile has no patches, but this process is patched"),
        ("gevent", "[{use: gevent, with: {thread: false}}]", "[ASM406] "),
    ],
)
def test_a_pool_and_a_patch_list_that_disagree_are_refused(
    process: StartProcess, tmp_path: Path, pool: str, patches: str, said: str
) -> None:
    """The worker does not start, and says why."""
    worker = start(process, tmp_path, pool, patches)
    assert worker.wait() != 0
    assert f"error{said}" in worker.stderr + worker.stdout
    assert "REPORT" not in worker.stdout
