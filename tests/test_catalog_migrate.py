"""The catalogue step `migrate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from assembler.forms import StepFault
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def context(tmp_path: Path) -> StepBench:
    """Give the context of a step on an app with a SQLite file."""
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
    db = SQLAlchemy()
    apply_step(context, "database", db=db)

    apply_step(context, "migrate", compare_type="off", render_as_batch=False, command="schema")

    configured = context.app.extensions["migrate"]
    assert configured.db is db
    assert configured.configure_args == {"compare_type": False, "render_as_batch": False}
    assert "schema" in context.app.cli.commands


def test_without_a_database_before_it_it_says_what_is_missing(context: StepBench) -> None:
    """The order is the author's to mend."""
    with pytest.raises(StepFault) as raised:
        apply_step(context, "migrate")

    assert raised.value.hint == "Put a `database` step before it."
