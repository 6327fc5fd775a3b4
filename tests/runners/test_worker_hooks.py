"""What a hook of gunicorn's raises in a worker is told once, without its secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.edited import STEPS
from tests.support.processes import run_cli
from tests.support.projects import write_files
from tests.support.served import Served, write_profile

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess

HOOKS = """
post_fork = lambda arbiter, worker: on_reload(arbiter)
worker_exit = post_fork
"""
SERVER = "server: {bind: '127.0.0.1:0', with: {%s: {$import: 'steps:%s'}}}\n"
SAID = "no postgres://shop:***@db/shop"


@pytest.mark.parametrize("patches", ["[gevent]", "[]"])
@pytest.mark.parametrize("hook", ["post_fork", "post_worker_init"])
def test_a_hook_that_fails_before_a_worker_serves_ends_the_start(
    hook: str, patches: str, tmp_path: Path
) -> None:
    """With one diagnostic, as a hook that fails in the master."""
    write_files(tmp_path, {"steps.py": STEPS + HOOKS})
    write_profile(tmp_path, f"patches: {patches}\n{SERVER % (hook, hook)}")
    done = run_cli(["-m", "assembler", "run", "profile.yaml"], tmp_path)

    assert done.returncode == 1
    assert done.stderr.count("error[ASM412]") == 1
    assert f"gunicorn cannot start: {SAID}" in done.stderr
    assert "hunter2" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_hook_that_fails_after_a_worker_has_served_is_told(
    process: StartProcess, tmp_path: Path
) -> None:
    """By gunicorn itself, which knows of no secrets."""
    write_files(tmp_path, {"steps.py": STEPS + HOOKS})
    text = f"patches: [gevent]\n{SERVER % ('worker_exit', 'worker_exit')}"
    served = Served.start(process, tmp_path, text)

    assert served.process.terminate() == 0
    assert SAID in served.process.stderr
    assert "hunter2" not in served.process.stderr
