"""Test that what a server's settings name is looked at before anything is served."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.processes import free_port, run_cli
from tests.support.projects import HEAD, write_files
from tests.support.strangers import run_as_stranger

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.conftest import StartProcess

HOOKS = """\
class Logger:
    pass


def fail(arbiter):
    raise ValueError("no license")
"""


def write_project(folder: Path, server: str, name: str = "web.yaml") -> None:
    """Write a profile with these keys of ``server``, and the files that it may name."""
    needs = "patches: [gevent]\n" if "use: gevent" in server else ""
    text = f"{HEAD}{needs}server: {server}\n"
    write_files(folder, {name: text, "hooks.py": HOOKS, "no.pem": "no certificate"})


def run(folder: Path, server: str) -> subprocess.CompletedProcess[str]:
    """Serve, until it is refused."""
    write_project(folder, server)
    os.mkfifo(folder / "pipe")
    command = ["run", "--bind", f"127.0.0.1:{free_port()}", "web.yaml"]
    return run_cli(["-m", "assembler", *command], folder)


UNUSABLE = [
    ("{with: {certfile: a.pem, keyfile: no.pem}}", 'certfile": there is no file "a.pem"'),
    ("{with: {certfile: no.pem}}", 'certfile": it cannot be used for TLS'),
    ("{with: {keyfile: no.pem}}", 'keyfile": it has no `certfile`'),
    ("{with: {pidfile: no/x.pid}}", 'pidfile": the folder of "no/x.pid" does not exist'),
    ("{with: {worker_tmp_dir: no}}", 'worker_tmp_dir": there is no folder "no"'),
    ("{with: {errorlog: no/x.log}}", 'errorlog": the folder of "no/x.log" does not exist'),
    ("{with: {logconfig: no.ini}}", 'logconfig": there is no file "no.ini"'),
    ("{with: {logconfig_json: no.js}}", 'logconfig_json": there is no file "no.js"'),
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
]


@pytest.mark.parametrize(("server", "said"), UNUSABLE)
def test_what_cannot_be_used_is_one_diagnostic(tmp_path: Path, server: str, said: str) -> None:
    """Instead of workers that start for ever, or requests that all fail."""
    done = run(tmp_path, server)

    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("error[") == 1
    assert "error[ASM412]" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_trial_finds_what_cannot_be_used(tmp_path: Path) -> None:
    """As a server would tell it: one diagnostic of each profile."""
    names = [f"profile{number:02}.yaml" for number, _ in enumerate(UNUSABLE)]
    for name, (server, _) in zip(names, UNUSABLE, strict=True):
        write_project(tmp_path, server, name)
    os.mkfifo(tmp_path / "pipe")
    lint = ["lint", "--deep", "--select", "wrong-server-setting", *names]
    done = run_cli(["-m", "assembler", *lint], tmp_path)

    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    found = [line for line in done.stdout.splitlines() if "error[" in line]
    for line, name, (_, said) in zip(found, names, UNUSABLE, strict=True):
        assert line.startswith(f"{name}:")
        assert "error[ASM412]" in line
        assert said in line


FILES = ("certfile", "ca_certs", "logconfig", "errorlog", "accesslog", "pidfile")


def test_each_file_is_checked_for_what_is_done_with_it(tmp_path: Path) -> None:
    """Reading, writing, or making it; by a user that may do none of these here."""
    texts = [f"{key}: shut/file" for key in FILES]
    texts += ["worker_tmp_dir: shut", "logconfig_json: shut/file"]
    write_files(tmp_path, {"shut/file": ""})
    for number, text in enumerate(texts):
        write_files(tmp_path, {f"{number}.yaml": f"{HEAD}server: {{with: {{{text}}}}}\n"})
    (tmp_path / "shut" / "file").chmod(0)
    (tmp_path / "shut").chmod(0o555)
    prepare = (
        "import tempfile; from assembler.diagnostics.diagnostic import ProfileError; "
        "from assembler.runners.loading import Overrides, load_serving; tempfile.gettempdir(); "
        f"served = [load_serving(f'{{one}}.yaml', Overrides()) for one in range({len(texts)})]"
    )
    code = (
        "for one in served:\n"
        "    try: one.check_files()\n"
        "    except ProfileError as error: print(error)"
    )
    done = run_as_stranger(tmp_path, code, prepare)

    lines = [line for line in done.stdout.splitlines() if not line.startswith("  hint: ")]
    told = [line.partition(": ")[2].partition(": ")[2] for line in lines]
    assert told == [
        *['this user may not read the file "shut/file"'] * 3,
        *['this user may not write to the file "shut/file"'] * 2,
        *['this user may not write to the folder "shut"'] * 2,
        'this user may not read the file "shut/file"',
    ], done


# A process that may not write to any file finds no folder for temporary ones.
READ_ONLY = (
    "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); "
    "from assembler.__main__ import main; sys.exit(main(sys.argv[1:]))"
)


def test_a_process_without_temporary_files_is_told_of_the_setting(
    tmp_path: Path, process: StartProcess
) -> None:
    """And with that setting it serves."""
    port = free_port()
    write_files(tmp_path, {"web.yaml": f"{HEAD}server: {{bind: '127.0.0.1:{port}'}}\n"})
    done = run_cli(["-c", READ_ONLY, "run", "web.yaml"], tmp_path)
    linted = run_cli(["-c", READ_ONLY, "lint", "--deep", "web.yaml"], tmp_path)

    assert done.returncode == linted.returncode == 1
    assert "error[ASM412] gunicorn needs a folder for temporary files: no usable" in done.stderr
    assert "Set `worker_tmp_dir: /dev/shm` in `server.with`" in done.stderr
    assert "lint --deep needs a folder for temporary files: no usable" in linted.stdout
    assert "Traceback" not in done.stderr + linted.stderr

    if not sys.platform.startswith("linux"):
        return
    served = f"server: {{bind: '127.0.0.1:{port}', with: {{worker_tmp_dir: /dev/shm}}}}\n"
    write_files(tmp_path, {"web.yaml": HEAD + served})
    # Its own log is a file as well.
    silent = f"import os; os.dup2(os.open(os.devnull, os.O_WRONLY), 2); {READ_ONLY}"
    running = process(["-c", silent, "run", "web.yaml"], tmp_path)
    assert running.wait_for_http(f"http://127.0.0.1:{port}/").status == 404


def test_a_hook_that_fails_in_the_master_is_one_diagnostic(tmp_path: Path) -> None:
    """With the line of the hook; no trial can find it, since it starts no master."""
    done = run(tmp_path, "{with: {on_starting: {$import: 'hooks:fail'}}}")

    assert done.returncode == 1
    assert "gunicorn cannot start: ValueError: no license [wrong-server-setting]" in done.stderr
    assert "note: hooks.py:6:5: raised here, in fail" in done.stderr
    assert "Traceback" not in done.stderr
