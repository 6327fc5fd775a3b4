"""Bring an app's database to head: one runner at a time, checked afterwards.

`migrate_app` is what the command does, whatever the project's ``env.py``. `run_environment` is the
whole of an ``env.py``, so that a plain ``flask db upgrade`` locks and checks as well. Both end in
`upgrade_under_lock`, once: an ``env.py`` inside the command finds the lock held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from assembler.database.environment import run_environment
from assembler.database.sqlite import make_transactional
from assembler.database.state import Wait, find_place, find_target, wait_for_database
from assembler.database.upgrading import (
    Upgrade,
    load_revisions,
    render_upgrade,
    upgrade_under_lock,
)
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from assembler.database.state import Target

__all__ = ["migrate_app", "run_environment"]


def migrate_app(
    app: Flask,
    *,
    exact: bool = False,
    timeout_seconds: float = 60.0,
    emit: Callable[[str], None] = click.echo,
) -> Upgrade:
    """Bring the app's default database to head, and emit each revision.

    Waits up to ``timeout_seconds`` for the database, and again for its lock. A database that is
    ahead of this code is left alone.

    Raises:
        ProfileError: the database did not get to head; with ``exact``, also if it is ahead.
    """
    wait = Wait(timeout_seconds, emit)
    with app.app_context():
        target = _get_target(app)
        wait_for_database(target, wait)
        run = _build_run(app, emit)
        with make_transactional(target.engine):
            upgrade = upgrade_under_lock(target, run, wait, target.engine.connect)
    if exact and upgrade.is_ahead:
        hint = "Run the newer code, or drop --exact."
        raise ProfileError(
            [codes.DATABASE_AHEAD.at(target.place, render_upgrade(upgrade), hint=hint)]
        )
    emit(render_upgrade(upgrade))
    return upgrade


def _get_target(app: Flask) -> Target:
    """Return what to migrate; refuse an app without migrations, or with several heads."""
    target = find_target(app)
    if target is None:
        migrate = app.extensions.get("migrate")
        where = "" if migrate is None else f' in "{migrate.directory}"'
        hint = "Add the steps `database` and `migrate`, and create the folder with `flask db init`."
        message = f"the app has no migrations{where}"
        raise ProfileError([codes.NO_MIGRATIONS.at(find_place(app), message, hint=hint)])
    heads = load_revisions(target).heads
    if len(heads) > 1:
        names = ", ".join(f'"{head}"' for head in heads)
        message = f"the revisions have {len(heads)} heads, expected one: {names}"
        hint = "Run `flask db merge heads`."
        raise ProfileError([codes.SEVERAL_HEADS.at(target.place, message, hint=hint)])
    return target


def _build_run(app: Flask, emit: Callable[[str], None]) -> Callable[[], None]:
    """Return a call that runs the project's ``env.py``, as Alembic's upgrade command does.

    That command itself cannot emit each revision whatever ``env.py`` does.
    """
    config = app.extensions["migrate"].migrate.get_config()
    script = ScriptDirectory.from_config(config)

    def iter_steps(heads: tuple[str, ...], _context: object) -> Iterator[Any]:
        for step in script._upgrade_revs("head", heads):  # type: ignore[arg-type]  # noqa: SLF001 - as Alembic's own commands
            info: Any = step.info
            emit(f"upgrading to {info.up_revision_id}: {info.up_revision.doc}")
            yield step

    def run() -> None:
        with EnvironmentContext(config, script, fn=iter_steps, destination_rev="head"):
            script.run_env()

    return run
