"""Carry out the commands of docs/reload.md and docs/health.md, on the project's own app."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from tests.support.processes import ROOT, free_port, http_get, run_cli

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECRET = "0123456789abcdef0123456789abcdef-of-the-tests"  # noqa: S105 - it guards nothing


def list_commands(page: str) -> list[list[str]]:
    """List the commands of a page, without their comments."""
    blocks = BLOCK.findall((ROOT / "docs" / page).read_text("utf-8"))
    return [shlex.split(line, comments=True) for line in "".join(blocks).splitlines()]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of what a checkout has besides the package, with a database at head."""
    folder = tmp_path / "checkout"
    for name in ("profiles", "migrations"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture
def env(checkout: Path, runtime_folder: Path) -> dict[str, str]:
    """Return the environment of all commands."""
    return {
        "BIND": f"127.0.0.1:{free_port()}",
        "DATABASE_URL": f"sqlite:///{checkout}/journal.db",
        "SECRET_KEY": SECRET,
        "XDG_RUNTIME_DIR": str(runtime_folder),
        "WORKERS": "1",
    }


@pytest.mark.prepared
def test_commands_of_the_pages_work(
    checkout: Path, env: dict[str, str], process: StartProcess
) -> None:
    """Of a server that is started, asked, reloaded, edited and rolled back, in the pages' order."""
    url = f"http://{env['BIND']}"
    migrate = ["-m", "assembler", "migrate", "profiles/migrations.yaml"]
    assert run_cli(migrate, checkout, env).returncode == 0
    profile = checkout / "profiles" / "web.yaml"
    text = profile.read_text("utf-8")
    running = None
    done = []
    for tool, *words in list_commands("reload.md"):
        if words[0] == "run":
            if running is not None:
                assert running.terminate() == 0, running.output
            running = process(["-m", "assembler", *words], checkout, env)
            running.wait_for_http(f"{url}/health/ready", status=200)
            running.wait_for_line("assembled")
        elif tool == "kill":
            assert running is not None
            os.kill(running.pid, getattr(signal, f"SIG{words[0][1:]}"))
            running.wait_for_line("Generation 3 serves")
        else:
            if words[0] == "rollback":
                text = text.replace("max_overflow: 10", "max_overflow: 11")
                profile.write_text(text)
                run_cli(["-m", "assembler", "reload", *words[1:]], checkout, env)
            result = run_cli(["-m", "assembler", *words], checkout, env)
            assert result.returncode == 0, result.stderr
        done.append(words[0])

    assert done == ["run", "reload", "-HUP", "run", "status", "rollback", "run"]
    for _, *words in list_commands("health.md"):
        answer = http_get(words[-1].replace("http://127.0.0.1:5001", url))
        assert answer.status == 200, answer.text
