"""The catalogue step `migrate`."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from click.shell_completion import ShellComplete
from flask import Flask
from flask_migrate import Migrate
from flask_migrate.cli import db  # type: ignore[import-not-found]  # its stubs leave it out
from flask_sqlalchemy import SQLAlchemy

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.report import Patched
from tests.support.processes import free_port
from tests.support.scripts import run_script
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.shop_database import Shop


@pytest.fixture
def context(tmp_path: Path) -> StepBench:
    """Return the context of a step on an app with a SQLite file."""
    app = Flask(__name__, instance_path=str(tmp_path / "instance"))
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///shop.db"
    return StepBench(app, tmp_path)


def test_the_revisions_are_in_the_projects_root_whatever_the_working_directory(
    context: StepBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`flask db init` from elsewhere makes the folder where the project is."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    apply_step(context, "database")
    apply_step(context, "migrate", directory="db/revisions")

    done = context.app.test_cli_runner().invoke(args=["db", "init"])

    assert done.exit_code == 0, done.output
    assert (tmp_path / "db" / "revisions" / "env.py").is_file()
    assert list(elsewhere.iterdir()) == []
    context.close()


def test_the_options_reach_alembic(context: StepBench) -> None:
    """What autogenerate will do is what the profile says, words from the environment included."""
    shop_db = SQLAlchemy()
    apply_step(context, "database", db=shop_db)

    apply_step(context, "migrate", compare_type="off", render_as_batch=False, command="schema")

    configured = context.app.extensions["migrate"]
    assert configured.db is shop_db
    assert configured.configure_args == {"compare_type": False, "render_as_batch": False}
    assert "schema" in context.app.cli.commands


SERVING = """
    import json, sys
    from pathlib import Path
    from flask import Flask
    from tests.support.step_context import StepBench, apply_step

    app = Flask("shop")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///:memory:"
    context = StepBench(app, Path())
    apply_step(context, "database")
    apply_step(context, "migrate")
    print(json.dumps(["alembic" in sys.modules, app.extensions["migrate"].directory]))
    context.close()
"""


def test_a_process_that_only_serves_does_not_import_alembic(tmp_path: Path) -> None:
    """Nobody waits at the start for what only the commands of `flask db` need."""
    assert run_script(SERVING, folder=tmp_path) == [False, "migrations"]


def test_the_step_gives_flask_migrates_own_extension(context: StepBench) -> None:
    """`{$step: migrate}` is the `Migrate` that `env.py` finds by way of the app."""
    apply_step(context, "database")

    migrate: Any = apply_step(context, "migrate")

    configured = context.app.extensions["migrate"]
    assert isinstance(migrate, Migrate)
    assert migrate.directory == configured.directory == str(context.root / "migrations")
    assert migrate.alembic_ctx_kwargs == configured.configure_args
    assert configured.metadata is configured.db.metadata
    assert configured.migrate.configure(print) is print
    assert migrate.configure_callbacks == [print]
    context.close()


def test_the_commands_are_flask_migrates_own(context: StepBench) -> None:
    """They are listed, completed and run as if they had been there from the start."""
    apply_step(context, "database")
    apply_step(context, "migrate")
    runner = context.app.test_cli_runner()

    listed = runner.invoke(args=["db", "--help"])
    completed = ShellComplete(context.app.cli, {}, "flask", "_FLASK_COMPLETE").get_completions(
        ["db"], "upg"
    )

    assert listed.exit_code == 0, listed.output
    assert all(f"  {name} " in listed.output for name in db.commands)
    assert [item.value for item in completed] == ["upgrade"]
    assert context.app.cli.commands["db"].get_short_help_str() == db.get_short_help_str()
    context.close()


def test_without_a_database_before_it_it_says_what_is_missing(context: StepBench) -> None:
    """The order is the author's to mend."""
    with pytest.raises(StepFault) as raised:
        apply_step(context, "migrate")

    assert raised.value.hint == "Put a `database` step before it."


@pytest.fixture
def shop_context(sqlite_shop: Shop) -> Iterator[StepBench]:
    """Return the context of a step on an app with the shop's revisions, under a server."""
    app = Flask("shop", instance_path=str(sqlite_shop.folder))
    app.config["SQLALCHEMY_DATABASE_URI"] = sqlite_shop.url
    context = StepBench(app, sqlite_shop.folder, patched=Patched(runner="gunicorn -k gthread"))
    apply_step(context, "database")
    yield context
    context.close()


def test_server_may_refuse_an_older_schema(shop_context: StepBench, sqlite_shop: Shop) -> None:
    """At once, with what to run; no connection stays open, as the server may fork."""
    sqlite_shop.set_version("0001")

    with pytest.raises(StepFault) as raised:
        apply_step(shop_context, "migrate", require_head="refuse")

    assert (raised.value.code, raised.value.option) == (codes.NOT_AT_HEAD, ("require_head",))
    assert raised.value.message == (
        "the database is not at head: it is at 0001, and the code at 0002"
    )
    with shop_context.app.app_context():
        pool: Any = shop_context.app.extensions["sqlalchemy"].engine.pool
    assert pool.checkedin() == 0


def test_server_may_wait_for_whoever_migrates(shop_context: StepBench, sqlite_shop: Shop) -> None:
    """In bounds."""
    sqlite_shop.set_version("0001")
    with pytest.raises(StepFault, match=r"not at head after 0\.2 s: it is at 0001"):
        apply_step(shop_context, "migrate", require_head="wait", wait_seconds=0.2)
    timer = threading.Timer(0.3, sqlite_shop.set_version, ["0002"])
    timer.start()

    apply_step(shop_context, "migrate", require_head="wait", wait_seconds=30)

    timer.join()
    assert "migrate" in shop_context.app.extensions


@pytest.mark.parametrize("version", ["0002", "0009"])
def test_schema_at_head_or_ahead_is_served(
    shop_context: StepBench, sqlite_shop: Shop, version: str
) -> None:
    """Newer code has migrated in the middle of a rolling deployment."""
    sqlite_shop.set_version(version)

    apply_step(shop_context, "migrate", require_head="refuse")


@pytest.mark.parametrize("runner", ["python", "flask", "lint"])
def test_nobody_else_is_refused(shop_context: StepBench, runner: str) -> None:
    """Whoever migrates assembles the app on the older schema first."""
    shop_context.patched = Patched(runner=runner)

    apply_step(shop_context, "migrate", require_head="refuse")


def test_what_cannot_be_told_is_refused(shop_context: StepBench, sqlite_shop: Shop) -> None:
    """With the reason; who asks for the head is not served without knowing it."""
    environment = sqlite_shop.folder / "migrations" / "env.py"
    environment.write_text("from alembic import context\ncontext.configure(version_table=NAME)\n")

    with pytest.raises(StepFault, match=r"cannot be read without running env\.py"):
        apply_step(shop_context, "migrate", require_head="refuse")


def test_run_refuses_an_older_schema_with_one_diagnostic(sqlite_shop: Shop) -> None:
    """The server ends with 1, and names the option's line."""
    profile = sqlite_shop.folder / "profiles" / "web.yaml"
    text = (sqlite_shop.folder / "profiles" / "migrations.yaml").read_text()
    text = text.replace("role: migrations", "role: web\napp: {with: {import_name: shop}}")
    profile.write_text(text.replace("- migrate", "- {use: migrate, with: {require_head: refuse}}"))
    args = ["-m", "assembler", "run", "profiles/web.yaml", "--bind", f"127.0.0.1:{free_port()}"]

    refused = sqlite_shop.run(args)
    migrated = sqlite_shop.run(["-m", "assembler", "migrate", "profiles/web.yaml"])

    assert refused.returncode == 1
    assert "[ASM905] the database is not at head: it is at no revision" in refused.stderr
    assert refused.stderr.count("ASM905") == 1
    assert migrated.returncode == 0, migrated.stderr
