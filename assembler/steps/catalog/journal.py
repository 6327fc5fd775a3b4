"""Record the app's boots in its own database, and show what runs here."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from pydantic import Field

from assembler.language.flags import Flag
from assembler.steps.forms import CatalogStep, FrozenOptions, ReferredCallable
from assembler.steps.own_routes import UrlPrefix, check_routes_free
from assembler.steps.step_faults import build_no_database_fault

if TYPE_CHECKING:
    from flask import Flask
    from flask_sqlalchemy import SQLAlchemy
    from sqlalchemy import Table

    from assembler.journal.snapshots import MadeOf
    from assembler.report import RejectedReload, Report
    from assembler.steps.forms import StepContext

__all__ = ["STEP", "JournalOptions"]

MADE_OF = "assembler.ledger.made_of"  # by its name: it knows more than a step may


class JournalOptions(FrozenOptions):
    """What is recorded, what is shown, and to whom."""

    record: Flag = Field(default=True, description="Whether each boot is written to the database.")
    routes: Flag = Field(
        default=True, description="Whether to add the page, and the JSON below `/api`."
    )
    url_prefix: UrlPrefix = Field("", description="The path below which the routes are.")
    authorize: ReferredCallable = Field(
        None,
        description="A callable, as {$import: …}, that takes the request and returns True if "
        "it may see host, pid and versions; default: only a request from this machine may.",
    )
    page_size: int = Field(
        20, ge=1, le=100, description="Boots on a page, unless the request says."
    )


def apply_journal(context: StepContext, options: JournalOptions) -> None:
    """Put the tables on the app's metadata, add the routes, and record the boot when it is over."""
    from assembler.journal.table import declare_boots, declare_snapshots

    db = _find_database(context.app)
    if db is None:
        raise build_no_database_fault("journal")
    table = declare_boots(db.metadata)
    declare_snapshots(db.metadata)
    if options.routes:
        _add_routes(context, options, db, table)
    # A linter that assembles the app is not a boot, nor a test suite, nor a reload's canary.
    patched = context.patched
    is_boot = patched.mode == "apply" and patched.runner != "lint" and not patched.boot.is_canary
    if options.record and is_boot:
        context.on_assembled(partial(_record, context, db))
        context.report.record_rejection = partial(_record_rejection, context, db)


def _record(context: StepContext, db: SQLAlchemy, report: Report) -> None:
    from assembler.journal.record import record_boot

    made_of: MadeOf = import_module(MADE_OF).take_boot(context)
    failure = record_boot(context.app, db, report, made_of)
    if failure is not None:  # the app starts without it
        context.mark_partial(failure)


def _record_rejection(context: StepContext, db: SQLAlchemy, rejected: RejectedReload) -> None:
    import logging

    from assembler.journal.record import record_boot

    made_of: MadeOf = import_module(MADE_OF).take_rejected(context, rejected.digest)
    failure = record_boot(context.app, db, context.report, made_of, rejected)
    if failure is not None:
        logging.getLogger("assembler").warning("a refused reload was not recorded: %s", failure)


def _find_database(app: Flask) -> SQLAlchemy | None:
    from flask_sqlalchemy import SQLAlchemy

    db = app.extensions.get("sqlalchemy")
    if not isinstance(db, SQLAlchemy):
        return None
    with app.app_context():
        return db if None in db.engines else None  # binds alone are no default database


def _add_routes(
    context: StepContext, options: JournalOptions, db: SQLAlchemy, table: Table
) -> None:
    from assembler.journal.views import RULES, Journal, build_journal_blueprint
    from assembler.steps.authorizing import is_authorized

    app, prefix = context.app, options.url_prefix
    check_routes_free(app, (f"{prefix}{rule}" for rule in RULES), "url_prefix")
    authorize = options.authorize and partial(is_authorized, "journal", options.authorize)
    journal = Journal(db, table, context.report, options.page_size, authorize)
    app.register_blueprint(build_journal_blueprint(journal), url_prefix=prefix or None)


STEP = CatalogStep(
    name="journal",
    group="observability",
    summary="Record each boot in the app's database, and show what runs here.",
    options=JournalOptions,
    apply=apply_journal,
    packages=("flask_sqlalchemy", "sqlalchemy"),
    once=True,
)
