"""Bring an app's database to head: one runner at a time, checked afterwards.

`migrate_app` is what the command does, whatever the project's ``env.py``. `run_environment` is the
whole of an ``env.py``, so that a plain ``flask db upgrade`` locks and checks as well. Both end in
`upgrade_under_lock`, once: an ``env.py`` inside the command finds the lock held.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

import click

from assembler.database.alembic_environment import AlembicEnvironment
from assembler.database.environment import run_environment
from assembler.database.sqlite import make_transactional
from assembler.database.state import find_engines, get_target
from assembler.database.upgrading import Upgrade, render_upgrade, upgrade_under_lock
from assembler.database.waiting import Wait, wait_for_database
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

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
        target = get_target(app)
        environment = AlembicEnvironment(app, target)
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
