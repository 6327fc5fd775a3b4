"""Test that a process that is forked is as one that Python starts anew."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from assembler.commands import COMMANDS
from tests.support.environment import build_env
from tests.support.forking import LIGHT, SERVERS, find_fork
from tests.support.projects import HEAD, write_files

if TYPE_CHECKING:
    from pathlib import Path

# What a patch has to come before, or what only a patch may load.
PATCHED = {"flask", "gevent", "grpc", "gunicorn", "psycopg2", "ssl", "subprocess", "werkzeug"}
PROBE = """\
import json, os, sys, warnings

def show(app):
    print(json.dumps({
        "argv": sys.argv[1:], "orig": sys.orig_argv[1:], "name": sys.modules["__main__"].__name__,
        "cwd": os.getcwd(), "path": sys.path, "env": dict(os.environ),
        "leads": os.getsid(0) == os.getpid(), "flags": list(sys.flags),
        "filters": len(warnings.filters), "fds": sorted(os.listdir("/dev/fd")),
    }))
"""


def start_anew(
    args: list[str], folder: Path, env: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a process by a Python of its own."""
    return subprocess.run(
        [sys.executable, *args],
        cwd=folder,
        env=build_env(env),
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("options", [[], ["-W", "error"]])
def test_a_forked_process_is_as_a_new_one(tmp_path: Path, options: list[str]) -> None:
    """Its arguments, folder, path, environment, flags, session, open files and exit status."""
    write_files(tmp_path, {"web.yaml": f"{HEAD}extensions: ['probe:show']\n", "probe.py": PROBE})
    args = [*options, "-m", "assembler", "flask", "web.yaml", "routes"]
    env = {"SHOP_TITLE": "x"}
    fork = find_fork(args, tmp_path, env)
    assert fork is not None

    forked, anew = fork.run("", 30), start_anew(args, tmp_path, env)

    assert (forked.returncode, anew.returncode) == (0, 0), forked.stderr + anew.stderr
    shown, *rest = forked.stdout.splitlines()
    expected, *expected_rest = anew.stdout.splitlines()
    assert json.loads(shown) == json.loads(expected)
    assert rest == expected_rest


@pytest.mark.parametrize("command", [one for one in COMMANDS if one != "init"])  # which writes
def test_every_command_starts_by_a_python_of_its_own(tmp_path: Path, command: str) -> None:
    """With nothing imported before it, it says of an absent profile what a forked one says."""
    args = ["-m", "assembler", command, "absent.yaml"]
    fork = find_fork(args, tmp_path, {})
    assert fork is not None
    forked, anew = fork.run("", 30), start_anew(args, tmp_path, {})
    assert (forked.returncode, forked.stdout, forked.stderr) == (
        *(anew.returncode, anew.stdout, anew.stderr),
    )
    assert anew.returncode in {1, 2}


@pytest.mark.parametrize("patches", ["", "patches: [gevent]\n"])
def test_a_trial_that_is_forked_finds_what_a_new_one_finds(tmp_path: Path, patches: str) -> None:
    """The linter and its trials, each by a Python of its own, say the same."""
    failing = "def fail(app):\n    raise ValueError('no license')\n"
    text = f"{HEAD}{patches}extensions: ['mine:fail']\n"
    write_files(tmp_path, {"web.yaml": text, "mine.py": failing})
    args = ["-m", "assembler", "lint", "--deep", "web.yaml"]
    fork = find_fork(args, tmp_path, {})
    assert fork is not None

    forked, anew = fork.run("", 60), start_anew(args, tmp_path, {})

    assert "error[ASM506]" in anew.stdout
    assert (forked.returncode, forked.stdout) == (anew.returncode, anew.stdout)


def test_a_project_with_patches_starts_with_nothing_that_a_patch_comes_before(
    tmp_path: Path,
) -> None:
    """One without may have loaded Flask, and so may one that is prepared."""
    args = ["-m", "assembler", "run", "web.yaml"]
    plain, patched = tmp_path / "plain", tmp_path / "patched"
    write_files(plain, {"web.yaml": HEAD})
    write_files(plain, {"other.yaml": "patches: [gevent]\n"})
    extending = {
        "web.yaml": f"{HEAD}extends: bases/a.yaml\n",
        "bases/a.yaml": "extends: [b.yaml]\n",
    }
    write_files(patched, {**extending, "bases/b.yaml": "patches: [gevent]\n"})
    prepared = find_fork(args, patched, {}, is_prepared=True)
    found = [*(find_fork(args, folder, {}) for folder in (plain, patched)), prepared]
    served = (*LIGHT, *SERVERS)
    assert [one and one.server.modules for one in found] == [served, LIGHT, served]

    names = ", ".join(LIGHT)
    script = f"import json, sys, {names}; print(json.dumps(list(sys.modules)))"
    loaded = set(json.loads(start_anew(["-c", script], tmp_path, {}).stdout))
    assert not PATCHED & loaded


@pytest.mark.parametrize(
    ("args", "env"),
    [
        (["-c", "pass", "-m", "assembler"], {}),
        (["script.py"], {}),
        (["-m", "assembler", "plan", "web.yaml"], {"PYTHONUTF8": "0"}),
        (["-m", "assembler", "plan", "web.yaml"], {"LC_ALL": "C"}),
    ],
)
def test_what_starts_otherwise_is_not_forked(
    tmp_path: Path, args: list[str], env: dict[str, str]
) -> None:
    """A script, another program, and what only Python's start reads."""
    assert find_fork(args, tmp_path, env) is None


def test_a_forked_process_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    """As `subprocess.run` does it."""
    script = "import time\ntime.sleep(60)\n"
    write_files(tmp_path, {"web.yaml": f"{HEAD}extensions: ['slow:x']\n", "slow.py": script})
    fork = find_fork(["-m", "assembler", "flask", "web.yaml", "routes"], tmp_path, {})
    assert fork is not None
    with pytest.raises(subprocess.TimeoutExpired):
        fork.run("", 0.2)


def test_a_worker_goes_on_as_celery_in_the_same_process(tmp_path: Path) -> None:
    """Its command replaces itself; the options of its Python are gone then, as in a new one."""
    step = "extensions: [{use: celery, with: {broker_url: 'memory://', include: [project]}}]"
    told = "[sys.argv[0], sys.warnoptions, [one[0] for one in warnings.filters[-6:]]]"
    tell = f"print(json.dumps({told}), flush=True)\nos._exit(3)"
    files = {
        "profile.yaml": f"{HEAD}role: worker\n{step}\nworker: {{pool: solo}}\n",
        "project.py": f"import json, os, sys, warnings\n{tell}\n",
    }
    write_files(tmp_path, files)
    args = ["-W", "ignore", "-m", "assembler", "worker", "profile.yaml"]
    fork = find_fork(args, tmp_path, {})
    assert fork is not None

    forked, alone = fork.run("", 60), start_anew(args, tmp_path, {})

    assert (forked.returncode, forked.stdout) == (alone.returncode, alone.stdout)
    assert alone.returncode == 3, alone.stderr
    assert '/celery/__main__.py", [], [' in forked.stdout
