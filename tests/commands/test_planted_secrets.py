"""No command shows a secret, wherever it was planted: all that each prints is searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.commands import run_commands, run_here
from tests.support.fork_server import READING
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = (
    ("show", "web.yaml"),
    ("show", "--no-interpolate", "web.yaml"),
    ("show", "--origin", "--output-format", "json", "web.yaml"),
    ("plan", "web.yaml"),
    ("diff", "other.yaml", "web.yaml"),
    ("diff", "web.yaml", "other.yaml", "--output-format", "json"),
    ("diff", "other.yaml", "web.yaml", "--output-format", "markdown"),
    ("diff", "--live", "web.yaml", "web.yaml"),
    ("inspect", "web.yaml", "--html", "/dev/stderr"),
    ("inspect", "web.yaml", "--output-format", "json"),
    ("verify", "web.yaml", "--against", "ext:make"),
    ("lint", "--env", "web.yaml"),
    ("lint", "--env", "--output-format", "full", "web.yaml"),
    ("lint", "--env", "--output-format", "json", "web.yaml"),
    ("flask", "web.yaml", "routes"),
    ("run", "web.yaml", "--bind", "127.0.0.1:0"),
    ("migrate", "--timeout", "0.5", "web.yaml"),
)
HEAD = "version: 1\napp: {with: {import_name: shop}}\n"
# Makes an engine of its own, so that nothing of ours looks at the URL before it is used.
SHOP = """\
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
migrate = Migrate(db=db, directory="migrations")
"""
FAILS = """\
import os
from flask import Flask

def fail(app):
    raise ValueError(f'cannot: {dict(app.config)}')

def make():
    app = Flask("shop")
    app.config.from_prefixed_env("SHOP")
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"] + "?a=1"
    app.config["QUEUE"] = "password=plantedword"
    return app
"""
FAIL = "extensions: [{use: 'ext:fail', as: call}]\n"
PROFILES = {
    "an at sign in a URL": (
        "config: [{use: values, with: {SQLALCHEMY_DATABASE_URI: '${DATABASE_URL}'}}]\n"
        "extensions: [database, migrate]\n"
    ),
    "an at sign in a URL of an engine of its own": (
        "config: [{use: values, with: {SQLALCHEMY_DATABASE_URI: '${DATABASE_URL}'}}]\n"
        "extensions: ['shop:db', 'shop:migrate']\n"
    ),
    "numbers": f"config: [{{use: env, with: {{prefix: SHOP}}}}]\n{FAIL}",
    "a misspelt key": f"config: [{{use: values, with: {{MAIL_PASWORD: plantedword}}}}]\n{FAIL}",
    "connection strings": (
        "config: [{use: values, with: {QUEUE: 'AccountName=a;AccountKey=planted+key==',"
        " LIBPQ: 'host=h password=plantedword', SAS: 'https://h/c?sv=1&sig=planted%2Bsig',"
        f" GIT: 'https://planted_0123456789abc@h/x.git'}}}}]\n{FAIL}"
    ),
    "variables for gunicorn": (
        f"server: {{with: {{raw_env: [SECRET_KEY=plantedword, B=1], nope: 1}}}}\n{FAIL}"
    ),
    "a value that is cut": (
        "config: [{use: values, with: {API_KEY: 0123456789012345678901234567890123456789012345}}]\n"
        + FAIL
    ),
}
ENV = {
    "DATABASE_URL": "postgresql://shop:P@ssw0rd@127.0.0.1:1/shop",
    "SHOP_API_TOKEN": "4815162342",
    "SHOP_API_KEYS": '[4815162343, {"a": 4815162344}]',
}
PLANTED = ("ssw0rd", "481516", "planted", "0123456789", "23456789012")


@pytest.mark.parametrize("case", PROFILES)
def test_no_command_shows_what_was_planted(tmp_path: Path, case: str) -> None:
    """Whether it works or fails, in any format."""
    text = PROFILES[case]
    env_py = "raise ValueError('no')\n"
    files = {
        "web.yaml": HEAD + text,
        "other.yaml": HEAD,
        "shop.py": SHOP,
        "ext.py": FAILS,
        "migrations/env.py": env_py,
    }
    write_files(tmp_path, files)

    # An engine that nothing connects is no reason not to serve.
    commands = [args for args in COMMANDS if args[0] != "run" or "own" not in case]
    here = [args for args in commands if args[0] in READING]
    commands = here + [args for args in commands if args[0] not in READING]
    outcomes = run_here(here, tmp_path, ENV)
    outcomes += run_commands(commands[len(here) :], tmp_path, ENV)

    printed = {
        args: line
        for args, outcome in zip(commands, outcomes, strict=True)
        for line in (outcome.stdout + outcome.stderr).splitlines()
        if any(word in line for word in PLANTED)
    }
    assert printed == {}
    for args, outcome in zip(commands, outcomes, strict=True):
        known = {0, 1, 2} if args[0] in {"diff", "verify"} else {0, 1}
        assert outcome.status in known, (args, outcome)


def test_at_sign_in_a_password_is_told_with_its_remedy(tmp_path: Path) -> None:
    """By lint, by what assembles, and where only the driver notices."""
    text = PROFILES["an at sign in a URL"]
    own = PROFILES["an at sign in a URL of an engine of its own"]
    write_files(
        tmp_path,
        {
            "web.yaml": HEAD + text,
            "own.yaml": HEAD + own,
            "shop.py": SHOP,
            "migrations/env.py": "",
        },
    )
    commands = [
        ["lint", "--env", "web.yaml"],
        ["flask", "web.yaml", "routes"],
        ["migrate", "--timeout", "0.5", "own.yaml"],
    ]
    for outcome in run_commands(commands, tmp_path, ENV):
        assert "hint: Write `%40` for each `@` in the password." in outcome.stdout + outcome.stderr
        assert outcome.status == 1
