"""Test what `run` tells on a terminal once it serves."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

import pytest

from tests.support.processes import build_env, free_port, wait_until
from tests.support.served import STRICT, write_profile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

COLOR = re.compile(r"\x1b\[[0-9;]*m")
STEPS = """\
extensions:
  - tests.runner_app:add_routes
  - {use: health, when: "${CHECKED:-}"}
  - console
"""
KINDS = {
    "gunicorn": "server: {use: gunicorn, workers: 2, BIND}\n",
    "gevent": "patches: [gevent]\nserver: {use: gevent, BIND}\n",
    "werkzeug": "server: {use: werkzeug, BIND}\n",
}


@contextmanager
def run_on_terminal(folder: Path, env: Mapping[str, str]) -> Iterator[Callable[[], str]]:
    """Serve with a terminal at its standard error; give what returns the text that is there."""
    reader, writer = pty.openpty()
    os.set_blocking(reader, False)
    shown: list[bytes] = []

    def look() -> str:
        with suppress(OSError):  # there is nothing new
            shown.append(os.read(reader, 100_000))
        return b"".join(shown).decode(errors="replace").replace("\r\n", "\n")

    with (folder / "stdout").open("wb") as stdout:
        running = _start(folder, env, stdout, writer)
    os.close(writer)
    try:
        yield look
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        os.close(reader)


def _start(
    folder: Path, env: Mapping[str, str], stdout: IO[bytes], stderr: int
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *STRICT, "-m", "assembler", "run", "profile.yaml"],
        cwd=folder,
        env=build_env({"HOME": str(folder), "TERM": "xterm", **env}),
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    )


@pytest.mark.parametrize(
    ("kind", "is_colored"), [("gunicorn", True), ("gevent", False), ("werkzeug", True)]
)
def test_a_terminal_gets_a_report_that_ends_with_what_there_is_to_open(
    tmp_path: Path, runtime_folder: Path, kind: str, *, is_colored: bool
) -> None:
    """In columns, in color unless NO_COLOR is set, and the token once."""
    port = free_port()
    bind = f"bind: '127.0.0.1:{port}'"
    write_profile(tmp_path, STEPS + KINDS[kind].replace("BIND", bind))
    env = {"RUNNER_LOG": str(tmp_path / "log"), "XDG_RUNTIME_DIR": str(runtime_folder)}
    env |= {} if is_colored else {"NO_COLOR": "1"}
    with run_on_terminal(tmp_path, env) as look:
        shown = wait_until(
            lambda: found if "?token=" in (found := look()) else None, "the console's address"
        )
    assert ("\x1b[" in shown) is is_colored
    text = COLOR.sub("", shown)
    report = text[text.index("assembled profile in ") :].splitlines()
    assert re.fullmatch(r"assembled profile in \d+ ms: done", report[0])
    rows = [line[2:].split(maxsplit=1) for line in report if line.startswith("  ")]
    assert {len(line) - len(line[12:].lstrip()) for line in report if line[:2] == "  "} == {12}
    labels = [label for label, _ in rows if label not in {"slowest", "note"}]
    opened = ["console"] if kind == "werkzeug" else ["app", "console"]
    assert labels == ["profile", "runner", "policy", "patches", "skipped", *opened]
    values = dict(rows)
    assert values["runner"].startswith(f"assembler run ({kind}), pids ")
    assert values["skipped"].startswith("extension 'health': ")
    assert values.get("app", f"http://127.0.0.1:{port}/") == f"http://127.0.0.1:{port}/"
    assert values["console"].startswith(f"http://127.0.0.1:{port}/_assembler/?token=")
    assert (shown.count("?token="), (tmp_path / "stdout").read_bytes()) == (1, b"")
