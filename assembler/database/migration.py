"""Bring an app's database to head: one runner at a time, checked afterwards.

`migrate_app` is what the command does, whatever the project's ``env.py``. `run_environment` is the
whole of an ``env.py``, so that a plain ``flask db upgrade`` locks and checks as well. Both end in
`upgrade_under_lock`, once: an ``env.py`` inside the command finds the lock held.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import click
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util import to_tuple

from assembler.database.environment import run_environment
from assembler.database.revision_files import find_forked_heads
from assembler.database.sqlite import make_transactional
from assembler.database.state import (
    Wait,
    find_engines,
    find_place,
    find_target,
    merge_states,
    wait_for_database,
)
from assembler.database.upgrading import (
    Upgrade,
    load_revisions,
    render_upgrade,
    upgrade_under_lock,
)
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.diagnostics.excerpt import shorten_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from assembler.database.state import DatabaseState, Target

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
        environment = _Environment(app, target)
        wait_for_database(target, wait)
        with ExitStack() as transactional:
            for engine in find_engines(app).values():
                transactional.enter_context(make_transactional(engine))
            upgrade = upgrade_under_lock(
                target, partial(environment.upgrade, emit), wait, environment.read_state
            )
    if exact and upgrade.is_ahead:
        hint = "Run the newer code, or drop --exact."
        raise ProfileError(
            [codes.DATABASE_AHEAD.at(target.place, render_upgrade(upgrade), hint=hint)]
        )
    emit(render_upgrade(upgrade))
    return upgrade


def _get_target(app: Flask) -> Target:
    """Return what to migrate; refuse an app without migrations."""
    target = find_target(app)
    if target is None:
        migrate = app.extensions.get("migrate")
        where = "" if migrate is None else f' in "{migrate.directory}"'
        hint = "Add the steps `database` and `migrate`, and create the folder with `flask db init`."
        message = f"the app has no migrations{where}"
        raise ProfileError([codes.NO_MIGRATIONS.at(find_place(app), message, hint=hint)])
    return target


class _Environment:
    """The project's ``env.py``: only running it tells on which databases, and in which tables."""

    def __init__(self, app: Flask, target: Target) -> None:
        """Load the revisions.

        Raises:
            ProfileError: if one cannot be read, or they have several heads.
        """
        self._target = target
        self._config = app.extensions["migrate"].migrate.get_config()
        self._script = ScriptDirectory.from_config(self._config)
        self._revisions = load_revisions(self._script, target)
        forked = find_forked_heads(
            self._revisions.heads,
            lambda name: to_tuple(self._script.get_revision(name).down_revision, default=()),
        )
        if forked:
            names = ", ".join(f'"{head}"' for head in forked)
            message = f"the revisions have {len(forked)} heads, expected one: {names}"
            hint = "Run `flask db merge heads`."
            raise ProfileError([codes.SEVERAL_HEADS.at(target.place, message, hint=hint)])

    def upgrade(self, emit: Callable[[str], None]) -> None:
        """Run the revisions, as Alembic's upgrade command does.

        That command itself cannot emit each revision whatever ``env.py`` does.
        """

        def iter_steps(heads: tuple[str, ...], _context: object) -> Iterator[Any]:
            for step in self._script._upgrade_revs("heads", heads):  # type: ignore[arg-type]  # noqa: SLF001 - as Alembic's own commands
                info: Any = step.info
                emit(f"upgrading to {info.up_revision_id}: {info.up_revision.doc}")
                yield step

        self._run(iter_steps, destination_rev="heads")

    def read_state(self) -> DatabaseState:
        """Return the state of the databases that ``env.py`` migrates, all of them at once.

        Raises:
            ProfileError: if it migrates none.
        """
        found: list[DatabaseState] = []

        def look(heads: tuple[str, ...], _context: object) -> tuple[()]:
            found.append(self._revisions.compare(heads))
            return ()

        with _saying_nothing():
            self._run(look, dont_mutate=True)
        if not found:
            message = "env.py runs no migrations"
            hint = "Call `context.run_migrations()` in it, as the file of `flask db init` does."
            place = Place(shorten_path(self._target.directory / "env.py"))
            raise ProfileError([codes.NO_MIGRATIONS.at(place, message, hint=hint)])
        return merge_states(found)

    def _run(self, steps: Callable[..., object], **options: object) -> None:
        with EnvironmentContext(self._config, self._script, fn=steps, **options):
            self._script.run_env()


@contextmanager
def _saying_nothing() -> Iterator[None]:
    """Keep back what Alembic says of each context."""

    def drop(_record: logging.LogRecord) -> bool:
        return False

    logger = logging.getLogger("alembic.runtime.migration")
    logger.addFilter(drop)
    try:
        yield
    finally:
        logger.removeFilter(drop)
