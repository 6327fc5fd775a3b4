"""Serve a profile that is edited while it runs, and ask the server what came of it."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assembler.runners.control_client import ask_socket
from tests.support.processes import free_port, run_cli, wait_until
from tests.support.projects import write_files
from tests.support.served import STRICT, Served, write_profile

if TYPE_CHECKING:
    from subprocess import CompletedProcess

    from tests.conftest import StartProcess

__all__ = ["BRIEF", "OWN", "PATCHES", "STEPS", "Edited", "start_edited"]

STEPS = """\
import os, signal, sys, time


def hello(app, text):
    @app.get("/")
    def index():
        return text

    @app.get("/slow")
    def slow():
        time.sleep(0.2)
        return text

    @app.get("/brief")
    def brief():
        time.sleep(0.05)
        return text


def slow(app, seconds):
    if os.environ.get("ASSEMBLER_CANARY") != "1":
        time.sleep(seconds)


def hurry(app):
    from assembler.runners import gunicorn_thread_worker
    gunicorn_thread_worker.LIMIT_HEAD_SECONDS = 1.0


def hang(app):
    time.sleep(600)


def leave(app):
    os._exit(9)


def crash(app):
    os.kill(os.getpid(), signal.SIGSEGV)


def stray(app):
    if os.fork() == 0:
        time.sleep(600)
    raise RuntimeError("it forked")


def fail(app):
    raise RuntimeError("it is broken")


def fail_in_workers(app):
    if not app.extensions["assembler"].is_canary:
        raise RuntimeError("it is broken")


def refuse(app):
    @app.before_request
    def refuse():
        return "no", 500


def refuse_others(app):
    @app.before_request
    def refuse():
        from flask import request
        if request.path != "/fine":
            return "no", 500

    @app.get("/fine")
    def fine():
        return "fine"


def check(app, ok):
    app.extensions["assembler"].add_check("search", lambda: ok)


def edit_late(app):
    if not app.extensions["assembler"].is_canary:
        try:
            os.replace("next.yaml", "profile.yaml")
        except FileNotFoundError:
            pass  # another worker has


def fail_at_length(worker):
    raise RuntimeError("it is broken" * 30_000)


def on_reload(arbiter):
    raise RuntimeError("no postgres://shop:hunter2hunter2@db/shop")


post_worker_init = lambda worker: on_reload(worker)
pre_fork = child_exit = lambda arbiter, worker: on_reload(arbiter)
nworkers_changed = lambda arbiter, new, old: on_reload(arbiter)


def fail_once(arbiter, worker):
    if not os.path.exists("failed"):
        open("failed", "w").close()
        raise OSError("no process to have")


def crash_later(app):
    @app.get("/crash")
    def crash():
        os._exit(7)
"""
PATCHES = {"gevent": "[gevent]", "threads": "[]"}
# A load of it keeps a request of each client in flight, and leaves the cores to who reloads.
BRIEF = "/brief"
OWN = "use: gevent"  # gevent's own server, which has one worker
HELLO = "  - {name: hello, use: 'steps:hello', with: {text: %s}}\n"
LIMITS = {"'steps:hang'": 4, "{use: 'steps:hang'}": 2}  # in seconds
SERVER = "server: {bind: [%s], %s, boot_timeout: %s, probation: {seconds: %s}%s}\n"


@dataclass(frozen=True, slots=True)
class Edited:
    """A server of a profile that is edited."""

    served: Served
    folder: Path
    env: dict[str, str]
    patches: str
    binds: list[str]
    server: str

    def edit(self, text: str, step: str = "", *, probation: float = 0, more: str = "") -> None:
        """Write the profile anew."""
        steps = HELLO % text + (f"  - {step}\n" if step else "")
        server = SERVER % (
            ", ".join(self.binds),
            self.server,
            LIMITS.get(step, 60),
            probation,
            more,
        )
        write_profile(self.folder, f"patches: {self.patches}\nextensions:\n{steps}{server}")

    def ask(self, *args: str) -> CompletedProcess[str]:
        """Run a command on the profile."""
        command, *rest = args
        return run_cli(["-m", "assembler", command, "profile.yaml", *rest], self.folder, self.env)

    def change(self, kind: str) -> None:
        """Reload or roll back."""
        result = self.ask(kind)
        assert result.returncode == 0, result.stderr

    def find_socket(self) -> Path:
        """Return where the control socket is."""
        return Path(self.served.process.wait_for_line("[Cc]ontrol socket: (.+)")[1])

    def connect(self) -> socket.socket:
        """Connect to the control socket."""
        client = socket.socket(socket.AF_UNIX)
        client.connect(str(self.find_socket()))
        return client

    def get_status(self) -> dict[str, Any]:
        """Return what the server tells `status`, which many tests ask for again and again."""
        return ask_socket(self.find_socket(), do="status")

    def get_printed_status(self) -> dict[str, Any]:
        """Return what `status` prints: also how the profile on disk differs."""
        result = self.ask("status", "--output-format", "json")
        assert result.returncode == 0, result.stderr
        (status,) = json.loads(result.stdout)
        assert isinstance(status, dict)
        return status

    def get_pids(self) -> list[int]:
        """Return the pids of the workers."""
        return [worker["pid"] for worker in self.get_status()["workers"]]

    def wait_for_text(self, text: str) -> None:
        """Wait until it answers so."""
        wait_until(lambda: self.served.get("/").text == text, f"answer {text}")


def start_edited(  # noqa: PLR0913 - what a server is made of
    process: StartProcess,
    folder: Path,
    runtime: Path,
    patches: str,
    server: str = "workers: 2",
    *,
    step: str = "",
) -> Edited:
    """Start the server, prepared: what is asked is what it does with edits."""
    write_files(folder, {"steps.py": STEPS})
    env = {"XDG_RUNTIME_DIR": str(runtime)}
    port = free_port()
    served = Served(None, f"http://127.0.0.1:{port}", folder / "runner.log")  # type: ignore[arg-type]
    edited = Edited(served, folder, env, patches, [f"127.0.0.1:{port}"], server)
    edited.edit("one", step)
    command = [*STRICT, "-m", "assembler", "run", "profile.yaml"]
    running = process(command, folder, env, is_prepared=True)
    running.wait_for_http(f"{served.url}/")
    edited = replace(edited, served=replace(served, process=running))
    wait_until(lambda: all(one["is_ready"] for one in edited.get_status()["workers"]), "workers")
    return edited
