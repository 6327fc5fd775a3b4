"""The command verify: the same, different, or not to be told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.processes import run_cli
from tests.support.scripts import run_script, write_files

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

FILES = {
    "shop.py": """\
        from flask import Flask

        def first():
            pass

        def second():
            pass

        class Wrap:
            def __init__(self, app):
                self.app = app

        def create_app(name="shop", password="s3cr3t-w0rd-22"):
            app = Flask(name)
            app.config.update(SHOP_PASSWORD=password, SHOP_SIZE=3)
            app.before_request(first)
            app.before_request(second)
            app.register_error_handler(404, second)
            app.wsgi_app = Wrap(app.wsgi_app)
            return app

        def fail():
            raise LookupError("no stock at postgresql://u:hunter22@h/db")

        def leave():
            raise SystemExit("no licence")
    """,
    "desk.py": """\
        import threading
        from flask import Flask
        from flask_login import LoginManager
        from flask_migrate import Migrate
        from flask_sqlalchemy import SQLAlchemy

        class Queue:
            def __init__(self, size):
                self.places = list(range(size))
                self.is_patched = "gevent" in type(threading.Lock()).__module__
                self.mutex = threading.Lock()

            def init_app(self, app):
                app.extensions["queue"] = self

        db, login, queue = SQLAlchemy(), LoginManager(), Queue(150)

        def make():
            app = Flask("desk")
            app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
            db.init_app(app)
            Migrate(app, db)
            login.init_app(app)
            queue.init_app(app)
            app.add_url_rule("/", endpoint="index")
            return app

        def make_other():
            app = make()
            app.extensions["queue"].mutex = 7
            return app

        app = make()
    """,
    "desk.yaml": """\
        version: 1
        app: {with: {import_name: desk}}
        patches: [gevent]
        config: [{use: values, with: {SQLALCHEMY_DATABASE_URI: "sqlite://"}}]
        extensions:
          - {use: database, with: {db: {$import: "desk:db"}}}
          - migrate
          - use: login
            with: {manager: {$import: "desk:login"}, user_loader: {$import: "desk:make"}}
          - desk:queue
          - {name: index, as: add_url_rule, with: {rule: /, endpoint: index}}
    """,
    "web.yaml": """\
        version: 1
        app: {with: {import_name: shop}}
        config:
          - {use: values, with: {SHOP_PASSWORD: "${PASSWORD:-s3cr3t-w0rd-22}", SHOP_SIZE: 3}}
        extensions:
          - {use: "shop:first", as: before_request}
          - {use: "shop:second", as: before_request}
          - {use: "shop:second", name: handler, as: error_handler, with: {for: 404}}
          - {use: "shop:Wrap", as: middleware}
    """,
    "other.yaml": """\
        version: 1
        app: {with: {import_name: shop}}
        config:
          - {use: values, with: {SHOP_PASSWORD: "an0ther-w0rd-22", SHOP_NEW: 1}}
        extensions:
          - {use: "shop:second", as: before_request}
          - {use: "shop:first", as: before_request}
          - {use: "shop:Wrap", as: middleware}
    """,
    "known.differences.yaml": """\
        differences:
          - {kind: config, key: "SHOP_*", reason: Other shops.}
          - {kind: hook, key: before_request, change: moved, reason: It is the same in any order.}
          - {kind: error_handler, key: "404", reason: Nobody sees it.}
          - {kind: command, key: none, reason: It was there once.}
    """,
    "wrong.differences.yaml": """\
        differences:
          - {kind: hok, key: before_request, reason: x}
          - {kind: hook, kye: x}
          - nothing
        more: 1
    """,
}
AGAINST = ("--against", "shop:create_app")


def verify(folder: Path, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder with the shop."""
    write_files(folder, FILES)
    done = run_cli(["-m", "assembler", "verify", *args], folder, env)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def test_same_app_is_the_same(tmp_path: Path) -> None:
    """Also in what is secret."""
    done = verify(tmp_path, "web.yaml", *AGAINST)

    assert (done.returncode, done.stdout) == (0, "web.yaml makes the app of shop:create_app\n")


def test_each_difference_has_the_line_to_mend_it(tmp_path: Path) -> None:
    """A secret that is another one is told apart, and not shown."""
    done = verify(tmp_path, "other.yaml", *AGAINST, "--output-format", "json")

    assert done.returncode == 1
    assert not any(secret in done.stdout for secret in ("s3cr3t", "an0ther"))
    said = json.loads(done.stdout)
    assert said["same"] is False
    found = [
        (one["kind"], one["key"], one["change"], one["place"]["line"], one["hint"])
        for one in said["differences"]
    ]
    assert found == [
        ("hook", "before_request", "moved", 7, "Move 'shop:first' to where the factory does it."),
        (
            "error_handler",
            "404",
            "removed",
            6,
            'Add `- {use: "shop:second", as: error_handler, with: {for: 404}}`.',
        ),
        ("config", "SHOP_PASSWORD", "changed", 4, "Change 'values', which sets it."),
        ("config", "SHOP_SIZE", "removed", 4, "Set SHOP_SIZE in a config source."),
        ("config", "SHOP_NEW", "added", 4, "Remove it from 'values', or add it to the factory."),
    ]


def test_expected_differences_do_not_count(tmp_path: Path) -> None:
    """They keep their reasons; what fits nothing is told."""
    known = ("--expected", "known.differences.yaml")
    done = verify(tmp_path, "other.yaml", *AGAINST, *known)
    listed = verify(tmp_path, "other.yaml", *AGAINST, *known, "--verbose")

    assert done.returncode == 0, done.stdout
    said = "other.yaml makes the app of shop:create_app, with 5 expected differences"
    assert done.stdout == f"{said}\n"
    first, *rest = listed.stdout.splitlines()
    assert first == said
    assert "expected: error handler 404: only the factory has it: Nobody sees it." in rest
    assert "known.differences.yaml:5:5: warning[ASM535]" in done.stderr


def test_steps_of_the_catalogue_are_the_libraries_by_hand(tmp_path: Path) -> None:
    """Against an app object: late commands are loaded, and both processes are patched.

    A rule with an endpoint alone is a step without `use`.
    """
    done = verify(tmp_path, "desk.yaml", "--against", "desk:app", "--output-format", "json")

    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert [(one["key"], one["change"]) for one in said["inherent"]] == [
        ("migrate", "changed"),
        ("login", "added"),
    ]
    assert all(one["reason"] for one in said["inherent"])


def test_long_difference_is_shown_from_where_it_differs(tmp_path: Path) -> None:
    """A lock of gevent's is a lock."""
    done = verify(tmp_path, "desk.yaml", "--against", "desk:make_other")

    assert done.returncode == 1
    assert done.stdout.splitlines()[2:5] == [
        "desk.yaml:10:5: extension queue: not the same",
        "  factory: … mutex=7)",
        "  profile: … mutex=_thread:lock)",
    ]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (
            ["--against", "shop:fail"],
            "shop:fail:1:1: error[ASM534] the factory failed: LookupError",
        ),
        (["--against", "shop:leave"], "error[ASM525] the app called `sys.exit()`"),
        (["--against", "shop:nothing"], "error[ASM504]"),
        (["--against", "shop:first"], "gave a NoneType, not a Flask"),
        (["--against", "shop"], "expected MODULE:FACTORY, got 'shop'"),
        ([*AGAINST, "--args", '{"nam": 1}'], "unexpected keyword argument"),
        ([*AGAINST, "--expected", "wrong.differences.yaml"], 'there is no kind "hok"'),
    ],
)
def test_what_cannot_be_told_is_neither(tmp_path: Path, args: list[str], said: str) -> None:
    """Exit status 2, with the diagnostics of what was not made."""
    done = verify(tmp_path, "web.yaml", *args)

    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "hunter22" not in done.stderr


def test_hint_names_the_option_that_passes_what_is_missing(tmp_path: Path) -> None:
    """What a caller of `create_app` has to pass, as `verify` takes it."""
    write_files(
        tmp_path,
        {
            "needs.yaml": """\
                version: 1
                app: {with: {import_name: shop}}
                config: [{use: argument, with: {required: true}}]
            """
        },
    )

    done = verify(tmp_path, "needs.yaml", *AGAINST)

    assert done.returncode == 2
    assert "needs.yaml:3:16: error[ASM618]" in done.stderr
    assert "hint: Pass it with `--config`, or write a `default`" in done.stderr


def test_every_fault_of_the_file_is_named(tmp_path: Path) -> None:
    """With its line."""
    done = verify(tmp_path, "web.yaml", *AGAINST, "--expected", "wrong.differences.yaml")

    found = [line.partition(": ")[0] for line in done.stderr.splitlines() if "error[" in line]
    assert [one.split(":")[1] for one in found] == ["2", "3", "3", "3", "4", "5"]


def test_differences_beside_the_profile_are_found_and_no_profile(tmp_path: Path) -> None:
    """For a test, by a function; `lint` of the folder passes the file over."""
    write_files(tmp_path, {**FILES, "other.differences.yaml": FILES["known.differences.yaml"]})
    (tmp_path / "wrong.differences.yaml").unlink()
    script = """\
    import json
    from assembler.ledger.verifying import find_differences

    print(json.dumps([
        find_differences("other.yaml", "shop:create_app"),
        find_differences("web.yaml", "shop:create_app", args=["shop"], options={"password": "x"}),
    ]))
    """

    none, changed = run_script(script, folder=tmp_path)
    linted = run_cli(["-m", "assembler", "lint", "."], tmp_path)

    assert none == []
    assert [one[:3] for one in changed] == [["config", "SHOP_PASSWORD", "changed"]]
    assert "differences.yaml" not in linted.stdout


def test_steps_of_the_catalogue_that_are_missing_are_named_once(tmp_path: Path) -> None:
    """By the library that made what only the factory has, its config keys and loggers too."""
    bare = "version: 1\napp: {with: {import_name: desk}}\nconfig: [{use: values, with: {A: 1}}]\n"
    (tmp_path / "bare.yaml").write_text(bare, "utf-8")
    against = ("--against", "desk:make")

    text = verify(tmp_path, "bare.yaml", *against)
    said = json.loads(verify(tmp_path, "bare.yaml", *against, "--output-format", "json").stdout)
    shown = verify(tmp_path, "bare.yaml", *against, "--output-format", "markdown")

    _, *hints = text.stdout.partition("\n\n")[0].splitlines()
    assert [one["name"] for one in said["missing_steps"]] == ["login", "database", "migrate"]
    assert hints == [f"hint: {one['hint']}" for one in said["missing_steps"]]
    assert hints[1].startswith("hint: Add the step `database`: ")
    assert hints[1].endswith(" differences come from flask_sqlalchemy.")
    by_key = {one["key"]: one["hint"] for one in said["differences"]}
    assert by_key["SQLALCHEMY_ECHO"] == by_key["sqlalchemy"] == said["missing_steps"][1]["hint"]
    assert by_key["queue"] == "Add a step that makes it."
    assert "config SQLALCHEMY_ECHO: only the factory has it\n  factory: False\n\n" in text.stdout
    assert (shown.returncode, shown.stdout.count("- Add the step \\`")) == (1, 3)
    assert (
        "| config A: only the profile has it |  | `1` | `bare.yaml:3:16` | Remove " in shown.stdout
    )
