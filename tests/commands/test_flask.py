"""Test whose fault it is when a Flask command fails: the app's, with its traceback, or ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.commands import run_commands
from tests.support.processes import run_cli
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = """\
version: 1
app: {with: {import_name: shop}}
config:
  - use: values
    with:
      SECRET_KEY: ${SHOP_SECRET}
      SQLALCHEMY_DATABASE_URI: postgresql://shop:sesame-open@127.0.0.1:1/shop
extensions:
  - {use: "shop.commands:add", with: {token: {$file: token}}}
  - database
  - {use: migrate, with: {directory: migrations}}
"""
COMMANDS = """\
import click


def add(app, token):
    local = "a local variable"

    @app.cli.command("fail")
    def fail():
        try:
            look(token)
        except KeyError as error:
            raise RuntimeError(f"no offer for {app.secret_key}") from error

    @app.cli.command("misuse")
    def misuse():
        from assembler.report import Report
        Report.get_history(None, "x")

    @app.cli.command("leave")
    def leave():
        raise SystemExit(7)

    @app.cli.command("stop")
    def stop():
        raise SystemExit(f"no offer for {token}")

    @app.cli.command("refuse")
    def refuse():
        raise click.UsageError(f"no offer for {token}")

    @app.shell_context_processor
    def add_names():
        raise LookupError("no names")


def look(token):
    {}[token]
"""
ENV_PY = "def run():\n    raise ValueError('no metadata')\n\n\nrun()\n"
FILES = {
    "web.yaml": PROFILE,
    "token": "sesame-token\n",
    "shop/__init__.py": "",
    "shop/commands.py": COMMANDS,
    "migrations/env.py": ENV_PY,
    "migrations/alembic.ini": "[alembic]\n",
    "migrations/script.py.mako": "",
    "migrations/versions/empty": "",
}
ENV = {"SHOP_SECRET": "sesame-secret-key"}


def test_what_the_app_raises_is_the_apps(tmp_path: Path) -> None:
    """Its traceback from its first frame, with causes, without local variables and secrets."""
    write_files(tmp_path, FILES)
    (failed, left) = run_commands(
        [["flask", "web.yaml", "fail"], ["flask", "web.yaml", "leave"]], tmp_path, ENV
    )

    assert (failed.status, left.status) == (1, 7)
    assert failed.stderr.count("Traceback (most recent call last):") == 2
    lines = failed.stderr[failed.stderr.index("Traceback") :].splitlines()
    assert lines[1] == f'  File "{tmp_path}/shop/commands.py", line 10, in fail'
    assert "KeyError: '***'" in lines
    assert lines[-1] == "RuntimeError: no offer for ***"
    assert "The above exception was the direct cause of the following exception:" in lines
    for hidden in ("sesame", "click", "assembler/", "a local variable"):
        assert hidden not in "\n".join(lines), hidden


def test_message_that_ends_a_command_is_masked(tmp_path: Path) -> None:
    """As a traceback is; the status is the app's."""
    write_files(tmp_path, FILES)
    commands = [["flask", "web.yaml", "stop"], ["flask", "web.yaml", "refuse"]]
    stopped, refused = run_commands(commands, tmp_path, ENV)

    assert (stopped.status, refused.status) == (1, 2)
    assert stopped.stderr.endswith("no offer for ***\n")
    assert refused.stderr.endswith("Error: no offer for ***\n")
    assert "sesame" not in stopped.stderr + refused.stderr


def test_the_apps_code_in_a_shell_or_in_env_py_is_the_apps(tmp_path: Path) -> None:
    """And so is a database that is away, for which no frame of the app need be there."""
    write_files(tmp_path, FILES)
    commands = [["shell"], ["db", "current"]]
    shell, current = run_commands([["flask", "web.yaml", *one] for one in commands], tmp_path, ENV)
    connect = "current_app.extensions['migrate'].db.engine.connect()"
    write_files(tmp_path, {"migrations/env.py": f"from flask import current_app\n{connect}\n"})
    (away,) = run_commands([["flask", "web.yaml", "db", "current"]], tmp_path, ENV)

    assert (shell.status, current.status, away.status) == (1, 1, 1)
    assert shell.stderr.endswith("LookupError: no names\n")
    assert current.stderr.endswith("ValueError: no metadata\n")
    assert f'  File "{tmp_path}/migrations/env.py", line 5, in <module>' in current.stderr
    assert "connection refused" in away.stderr.lower()
    assert "sesame" not in away.stderr
    assert "defect of assembler" not in shell.stderr + current.stderr + away.stderr


def test_what_assembler_raises_is_a_defect(tmp_path: Path) -> None:
    """With 70, which is for nothing else."""
    write_files(tmp_path, FILES)
    done = run_cli(["-m", "assembler", "flask", "web.yaml", "misuse"], tmp_path, ENV)

    assert done.returncode == 70
    assert "this is a defect of assembler" in done.stderr
