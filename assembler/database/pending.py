"""Look at a database before it is migrated: whether it is at head, what would run, as which SQL."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager, redirect_stdout
from functools import partial
from typing import TYPE_CHECKING

import click

from assembler.database.alembic_environment import AlembicEnvironment
from assembler.database.sqlite import make_missing_empty
from assembler.database.state import DatabaseStatus, find_engines, get_target
from assembler.database.upgrading import build_failure, name_revision
from assembler.database.waiting import Wait, wait_for_database
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.diagnostics.excerpt import shorten_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from assembler.database.alembic_environment import Pending
    from assembler.database.state import Target
    from assembler.diagnostics.diagnostic import Code

__all__ = ["is_at_head", "read_pending", "render_pending", "render_plan", "render_sql"]


def read_pending(app: Flask, timeout_seconds: float) -> list[Pending]:
    """Return the state of each database that ``env.py`` migrates, and what an upgrade would run.

    Takes no lock and writes nothing; a SQLite file that is missing stays missing.

    Raises:
        ProfileError: a database is away for longer than ``timeout_seconds``, or ``env.py`` fails.
    """
    with _opened(app, timeout_seconds) as (environment, target):
        return _run_environment(environment, target)


def render_sql(app: Flask, timeout_seconds: float) -> str:
    """Return the SQL that an upgrade would run, as Alembic's offline mode writes it.

    Raises:
        ProfileError: as `read_pending`; also if there are several databases, or ``env.py`` or a
            revision does not work offline.
    """
    with _opened(app, timeout_seconds) as (environment, target):
        databases = _run_environment(environment, target)
        file = Place(shorten_path(target.directory / "env.py"))
        if len(databases) > 1:
            message = f"env.py migrates {len(databases)} databases, expected one to write SQL for"
            hint = "Run `flask db upgrade --sql`, which leaves the files to env.py."
            raise ProfileError([codes.SQL_NOT_WRITTEN.at(file, message, hint=hint)])
        (pending,) = databases
        head = "".join(f"-- {line}\n" for line in render_plan(databases))
        if not pending.revisions:
            return head
        hint = "Make it work without a connection, or look at `--plan` alone."
        with _reporting(target, codes.SQL_NOT_WRITTEN, "the SQL cannot be written", hint):
            sql = environment.write_sql(pending.current)
        if sql is None:
            message = "env.py has no offline mode: it runs no migrations there"
            hint = (
                "Call `context.configure(url=…, literal_binds=True)` and `context.run_migrations()`"
                " in it where `context.is_offline_mode()`."
            )
            raise ProfileError([codes.SQL_NOT_WRITTEN.at(file, message, hint=hint)])
    return f"{head}\n{sql}"


def is_at_head(databases: list[Pending]) -> bool:
    """Return whether every database is at head; one that is ahead is not."""
    return all(one.state.status is DatabaseStatus.HEAD for one in databases)


def render_pending(pending: Pending) -> str:
    """Return a line that says where a database is."""
    state = pending.state
    which = "the database" if pending.bind is None else f'the database "{pending.bind}"'
    if state.status is DatabaseStatus.AHEAD:
        return f"{which} is ahead of this code, {name_revision(state.current)}"
    if state.head is None:
        return f"{which} is at head: there are no revisions"
    if state.status is DatabaseStatus.HEAD:
        return f'{which} is at head, "{state.head}"'
    return f'{which} is {name_revision(state.current)}, and the head is "{state.head}"'


def render_plan(databases: list[Pending]) -> list[str]:
    """Return the lines that say where each database is, and which revisions would run on it."""
    lines = []
    for one in databases:
        lines.append(f"{'' if one.revisions else 'nothing to do: '}{render_pending(one)}")
        lines += [f"  {revision}" for revision in one.revisions]
    return lines


@contextmanager
def _opened(app: Flask, timeout_seconds: float) -> Iterator[tuple[AlembicEnvironment, Target]]:
    # Standard output is for the result: what waits, and what env.py prints, goes elsewhere.
    wait = Wait(timeout_seconds, partial(click.echo, err=True))
    with app.app_context(), redirect_stdout(sys.stderr), ExitStack() as spared:
        target = get_target(app)
        for engine in find_engines(app).values():
            spared.enter_context(make_missing_empty(engine))
        environment = AlembicEnvironment(app, target)
        wait_for_database(target, wait)
        yield environment, target


def _run_environment(environment: AlembicEnvironment, target: Target) -> list[Pending]:
    with _reporting(target, codes.MIGRATION_FAILED, "env.py failed", "Fix it, and run this again."):
        return environment.read_pending()


@contextmanager
def _reporting(target: Target, code: Code, words: str, hint: str) -> Iterator[None]:
    try:
        yield
    except ProfileError:
        raise
    except (Exception, SystemExit) as error:
        raise ProfileError([build_failure(error, target, code, words, hint)]) from error
