"""Write one boot into the journal."""

from __future__ import annotations

import os
import platform
import socket
import uuid
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from assembler.database.pool import get_engine_options
from assembler.journal.attempt import build_engine, write_row
from assembler.journal.snapshots import NOTHING, MadeOf, store_snapshots
from assembler.journal.table import declare_boots, declare_snapshots
from assembler.secrets.plain import mask_plain
from assembler.secrets.text_secrets import mask_text
from assembler.version import __version__

if TYPE_CHECKING:
    from flask import Flask
    from flask_sqlalchemy import SQLAlchemy

    from assembler.report import RejectedReload, Report

__all__ = [
    "LIMIT_SECONDS",
    "build_rejection_row",
    "build_row",
    "find_process_facts",
    "record_boot",
]

LIMIT_SECONDS = 2.0
# What decides how a profile behaves, by the names of their distributions.
DISTRIBUTIONS = (
    *("flask", "werkzeug", "gunicorn", "gevent", "grpcio", "psycopg2-binary", "psycopg2"),
    *("psycopg", "sqlalchemy", "flask-sqlalchemy", "alembic"),
)


def record_boot(
    app: Flask,
    db: SQLAlchemy,
    report: Report,
    made_of: MadeOf = NOTHING,
    rejected: RejectedReload | None = None,
) -> str | None:
    """Write the boot that ``report`` describes, within `LIMIT_SECONDS` or not at all.

    Args:
        app: The app.
        db: Where the tables are.
        report: The app's.
        made_of: What the app was made of, or was to be.
        rejected: What its server has refused; then that is written instead.

    Returns:
        Why it could not be written, or not all of it; ``None``: it was.
    """
    with app.app_context():
        engine = db.engine
    options = get_engine_options(db, app.config)  # certificates, for one
    row = build_row(report) if rejected is None else build_rejection_row(report, rejected)
    failure = write_row(
        lambda: build_engine(engine, options),
        declare_boots(db.metadata),
        {**row, **made_of.columns},
        LIMIT_SECONDS,
        lambda connection: store_snapshots(
            connection, declare_snapshots(db.metadata), made_of.snapshots
        ),
    )
    return failure and f"the journal of boots is not complete: {mask_text(report.scrub(failure))}"


def build_row(report: Report) -> dict[str, Any]:
    """Return the row of a boot that ends now."""
    return {
        "id": str(uuid.uuid4()),
        "profile": report.profile,
        "role": report.role,
        "digest": report.digest,
        "started_at": datetime.now(UTC) - timedelta(milliseconds=report.total_ms),
        "duration_ms": report.total_ms,
        "outcome": str(report.outcome),
        **find_process_facts(),
        "report": mask_plain(report.to_dict(), report.scrub),
        "kind": report.boot.kind,
        "generation": report.boot.generation,
    }


def build_rejection_row(report: Report, rejected: RejectedReload) -> dict[str, Any]:
    """Return the row of a reload that was refused now, told by a worker that serves on."""
    return {
        **build_row(report),
        "digest": rejected.digest or "",
        "started_at": datetime.now(UTC),
        "duration_ms": 0.0,
        "outcome": "failed",
        "report": {"reason": mask_text(report.scrub(rejected.reason))},
        "kind": "rejection",
    }


def find_process_facts() -> dict[str, Any]:
    """Return which process this is: its host, pid, and the versions of what it runs on."""
    return {"host": socket.gethostname(), "pid": os.getpid(), "versions": dict(_find_versions())}


@cache  # what is installed does not change under a running process
def _find_versions() -> tuple[tuple[str, str], ...]:
    found = [("python", platform.python_version()), ("flask-assembler", __version__)]
    for name in DISTRIBUTIONS:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return tuple(found)
