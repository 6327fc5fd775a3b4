"""Test that what a server's settings name is looked at before anything is served."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.support.processes import free_port, run_cli
from tests.support.projects import HEAD, write_files

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

HOOKS = """\
class Logger:
    pass


def fail(arbiter):
    raise ValueError("no license")
"""


def run(folder: Path, server: str, *args: str) -> subprocess.CompletedProcess[str]:
    """Serve, until it is refused."""
    needs = "patches: [gevent]\n" if "use: gevent" in server else ""
    text = f"{HEAD}{needs}server: {server}\n"
    write_files(folder, {"web.yaml": text, "hooks.py": HOOKS, "no.pem": "no certificate"})
    os.mkfifo(folder / "pipe")
    command = args or ("run", "--bind", f"127.0.0.1:{free_port()}")
    return run_cli(["-m", "assembler", *command, "web.yaml"], folder)


@pytest.mark.parametrize("command", [(), ("lint", "--deep", "--select", "wrong-server-setting")])
@pytest.mark.parametrize(
    ("server", "said"),
    [
        ("{with: {certfile: a.pem, keyfile: no.pem}}", 'certfile": there is no file "a.pem"'),
        ("{with: {certfile: no.pem}}", 'certfile": it cannot be used for TLS'),
        ("{with: {keyfile: no.pem}}", 'keyfile": it has no `certfile`'),
        ("{with: {pidfile: no/x.pid}}", 'pidfile": the folder of "no/x.pid" does not exist'),
        ("{with: {worker_tmp_dir: no}}", 'worker_tmp_dir": there is no folder "no"'),
        ("{with: {threads: 0}}", 'threads": expected 1 or more'),
        ("{with: {logger_class: {$import: 'hooks:Logger'}}}", "gunicorn cannot start: TypeError"),
        ("{use: gevent, with: {certfile: a.pem}}", 'certfile": there is no file "a.pem"'),
        ("{use: gevent, with: {certfile: no.pem}}", 'certfile": it cannot be used for TLS'),
        ("{use: werkzeug, with: {ssl_context: [no.pem, pipe]}}", 'there is no file "pipe"'),
        ("{with: {logconfig: pipe}}", 'logconfig": there is no file "pipe"'),
        ("{with: {logconfig_json: /dev/zero}}", 'json": there is no file "/dev/zero"'),
        (
            "{use: werkzeug, with: {ssl_context: [no.pem, no.pem]}}",
            'ssl_context": it cannot be used for TLS',
        ),
    ],
)
def test_what_cannot_be_used_is_one_diagnostic(
    tmp_path: Path, server: str, said: str, command: tuple[str, ...]
) -> None:
    """Instead of workers that start for ever, or requests that all fail."""
    done = run(tmp_path, server, *command)

    assert done.returncode == 1
    output = done.stdout + done.stderr
    assert said in output
    assert output.count("error[") == 1
    assert "error[ASM412]" in output
    assert "Traceback" not in output


def test_a_hook_that_fails_in_the_master_is_one_diagnostic(tmp_path: Path) -> None:
    """With the line of the hook; no trial can find it, since it starts no master."""
    done = run(tmp_path, "{with: {on_starting: {$import: 'hooks:fail'}}}")

    assert done.returncode == 1
    assert "gunicorn cannot start: ValueError: no license [wrong-server-setting]" in done.stderr
    assert "note: hooks.py:6:5: raised here, in fail" in done.stderr
    assert "Traceback" not in done.stderr
