"""Stand in for a project's ``env.py``, so that every way to run Alembic locks and checks."""

from __future__ import annotations

import logging
from functools import partial
from logging.config import fileConfig
from typing import TYPE_CHECKING, Any

import click
from alembic import context
from alembic.util import CommandError
from flask import current_app
from sqlalchemy.exc import DBAPIError

from assembler.database.environment_file import VersionTable
from assembler.database.lock import hold_migration_lock, is_lock_held
from assembler.database.sqlite import make_transactional
from assembler.database.state import find_target, read_current
from assembler.database.upgrading import (
    build_migration_failure,
    load_revisions,
    render_upgrade,
    upgrade_under_lock,
)
from assembler.database.waiting import Wait, wait_for_database
from assembler.diagnostics.diagnostic import ProfileError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from assembler.database.state import Revisions, Target
    from assembler.diagnostics.diagnostic import Diagnostic

__all__ = ["run_environment"]


def run_environment(
    *,
    timeout_seconds: float = 60.0,
    emit: Callable[[str], None] | None = None,
) -> None:
    """Run what Alembic was asked for on the current app's default database.

    Whatever moves the database's version (upgrade, downgrade, stamp) holds the database's lock. An
    upgrade to head is checked afterwards, and leaves a database alone that is ahead. A caller that
    holds the lock already, such as `migrate_app`, does all of this itself.

    Args:
        timeout_seconds: How long to wait for the database, and then for the lock.
        emit: Takes each line of progress; default: standard error.

    Raises:
        CommandError: it failed; Flask-Migrate prints it, and exits with 1.
    """
    _set_up_logging()
    if context.is_offline_mode():
        _run_offline()
        return
    target = find_target(current_app)
    if target is None or target.bind is not None:
        message = "the app has no default database"
        raise CommandError(message)
    if is_lock_held(target.engine):
        with target.engine.connect() as connection:
            _configure(connection, target)
            _run_revisions()
        return
    try:
        _run_online(target, Wait(timeout_seconds, emit or partial(click.echo, err=True)))
    except ProfileError as error:
        raise _build_command_error(error.diagnostics[0]) from error
    except DBAPIError as error:  # outside of the revisions: the database has gone
        raise _build_command_error(build_migration_failure(error, target)) from error


def _build_command_error(found: Diagnostic) -> CommandError:
    return CommandError(f"{found.place}: {found.message}. {found.hint or ''}".strip())


def _run_online(target: Target, wait: Wait) -> None:
    revisions = load_revisions(context.script, target)
    wait_for_database(target, wait)
    if not _is_moving():
        with target.engine.connect() as connection:
            _configure(connection, target)
            _run_revisions()
        return
    # The lock comes first: whoever waits for it has nothing open on the database.
    with (
        hold_migration_lock(target.engine, wait, target.place),
        make_transactional(target.engine),
        target.engine.connect() as connection,
    ):
        _configure(connection, target, on_version_apply=partial(_emit_revision, wait.emit))
        place = VersionTable(*_get_version_table())
        to_head = _is_upgrade_to_head(revisions)
        upgrade = upgrade_under_lock(
            target,
            _run_revisions,
            wait,
            lambda: revisions.compare(read_current(connection, place)),
            to_head=to_head,
        )
    if to_head:
        wait.emit(render_upgrade(upgrade))


def _run_offline() -> None:
    """Print the SQL instead of running it."""
    migrate = current_app.extensions["migrate"]
    context.configure(
        url=migrate.db.engine.url,
        target_metadata=migrate.db.metadatas[None],
        literal_binds=True,
        **migrate.configure_args,
    )
    _run_revisions()


def _configure(connection: Connection, target: Target, **more: Any) -> None:  # noqa: ANN401 - Alembic's own options
    """Configure Alembic with what the project gave Flask-Migrate."""
    arguments: dict[str, Any] = {
        # A revision that fails takes back itself, and not those before it.
        "transaction_per_migration": True,
        "process_revision_directives": _drop_empty_revision,
        **more,
        **target.configure_args,
    }
    metadata = current_app.extensions["migrate"].db.metadatas[None]
    context.configure(connection=connection, target_metadata=metadata, **arguments)


def _run_revisions() -> None:
    with context.begin_transaction():
        context.run_migrations()


def _is_moving() -> bool:
    """Return whether the command has a destination: upgrade, downgrade and stamp have."""
    try:
        context.get_revision_argument()
    except KeyError:
        return False
    return True


def _get_version_table() -> tuple[str, str | None]:
    """Return the table that is in force and its schema, whoever has set them."""
    migration = context.get_context()
    return migration.version_table, migration.version_table_schema


def _is_upgrade_to_head(revisions: Revisions) -> bool:
    # Only the name of the command's own function tells which command Alembic runs.
    function = context.get_context().opts["fn"]
    destination: Any = context.get_revision_argument() or ()
    wanted = {destination} if isinstance(destination, str) else set(destination)
    return function.__name__ == "upgrade" and wanted == set(revisions.heads)


def _emit_revision(emit: Callable[[str], None], *, step: Any, **_: object) -> None:  # noqa: ANN401 - Alembic's own
    if step.is_stamp:
        emit(f"stamped {', '.join(step.destination_revision_ids) or 'nothing'}")
        return
    verb = "upgraded to" if step.is_upgrade else "downgraded from"
    emit(f"{verb} {step.up_revision_id}: {step.up_revision.doc}")


def _drop_empty_revision(_context: object, _revision: object, directives: list[Any]) -> None:
    """Write no file for an autogenerated revision that does nothing."""
    options = context.config.cmd_opts
    if getattr(options, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []
        logging.getLogger("alembic.autogenerate").info("no changes in the schema were detected")


def _set_up_logging() -> None:
    """Use the logging of alembic.ini, unless the app has its own."""
    file = context.config.config_file_name
    has_section = context.config.file_config.has_section("loggers")
    if file is not None and has_section and not logging.getLogger().handlers:
        fileConfig(file, disable_existing_loggers=False)
