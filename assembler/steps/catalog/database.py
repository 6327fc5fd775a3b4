"""Give the app its database, by the project's own Flask-SQLAlchemy instance or a new one."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from assembler.database.driver import (
    DriverName,
    check_driver,
    is_psycopg2_patched,
    resolve_driver,
)
from assembler.database.pool import (
    ENGINE_KEY,
    POOL_OPTIONS,
    find_pool_class,
    get_engine_options,
)
from assembler.database.url import (
    BINDS_KEY,
    URI_KEY,
    build_dialect_fault,
    build_url_fault,
    find_url_fault,
)
from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault, of_config, raise_faults
from assembler.language.flags import Flag
from assembler.steps.forms import CatalogStep, FrozenOptions, ReferredObject
from assembler.steps.own_instance import get_instance
from assembler.steps.step_faults import build_second_database_fault

if TYPE_CHECKING:
    from flask import Flask
    from flask_sqlalchemy import SQLAlchemy
    from sqlalchemy import URL

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "DatabaseOptions"]

EAGER_SECONDS = 10.0


class DatabaseOptions(FrozenOptions):
    """The database, its driver and its connection pool; options take precedence over the config."""

    db: ReferredObject = Field(
        None,
        description="The project's own Flask-SQLAlchemy instance, as {$import: …}; default: a new "
        "one for each app.",
    )
    url: str | None = Field(
        None, repr=False, description=f"The database's URL; default: the config's {URI_KEY}."
    )
    driver: DriverName = Field(
        "auto",
        description="The driver for a PostgreSQL URL without one; auto: psycopg2 if it is "
        "installed, else psycopg.",
    )
    pool_size: int | None = Field(
        None, ge=1, description="Connections kept open in each process; default: 5."
    )
    max_overflow: int | None = Field(
        None, ge=-1, description="Connections beyond the pool's size; -1: no limit. Default: 10."
    )
    pool_timeout_seconds: int | None = Field(  # SQLAlchemy cuts the fraction off
        None, ge=0, description="How long to wait for a free connection; default: 30."
    )
    pool_recycle_seconds: int | None = Field(
        None, ge=-1, description="Replace connections older than this; -1: never. Default: -1."
    )
    pool_pre_ping: Flag | None = Field(
        None, description="Whether to test a connection before each use; default: no."
    )
    eager: Flag = Field(
        default=False,
        description="Whether to ask each database something while the app is assembled, which "
        "fails where it is away.",
    )


def apply_database(context: StepContext, options: DatabaseOptions) -> SQLAlchemy:
    """Initialise the instance on the app, and return it.

    Makes the folder of a relative SQLite file. Opens no connection, unless it is eager: the pool's
    options are read off the real engine. A process that is forked later has pools of its own.
    """
    from flask_sqlalchemy import SQLAlchemy

    from assembler.database.forks import dispose_after_fork
    from assembler.database.readiness import check_database  # loads SQLAlchemy

    app = context.app
    db = get_instance(options.db, SQLAlchemy, "db")
    if "sqlalchemy" in app.extensions:
        raise build_second_database_fault()
    url = _set_urls(context, options)
    _check_driver(context)
    pool = _set_pool_options(context, db, options, url)
    _init_instance(app, db, url)
    with app.app_context():
        if pool:  # only for the default database
            _check_pool(db, pool)
        dispose_after_fork(db.engines.values())
        if options.eager:
            _ask_each(db)
    context.on_close(partial(_close_engines, app, db))
    context.report.add_check("database", partial(check_database, app))
    return db


def _set_urls(context: StepContext, options: DatabaseOptions) -> URL | None:
    """Put the URLs in force into the config, each with its driver; return the default one."""
    config, parsed = context.app.config, None
    option: tuple[str, ...] = () if options.url is None else ("url",)
    url, name = (options.url, "url") if option else (config.get(URI_KEY), URI_KEY)
    if url:
        with of_config(*(() if option else (URI_KEY,))):
            config[URI_KEY], parsed = _resolve_url(url, options.driver, name, option)
        context.report.notes.append(f"database: the driver is {parsed.get_driver_name()}")
    elif option or not config.get(BINDS_KEY):
        message = f"no database is configured: {URI_KEY} is not in the config"
        hint = f"Set {URI_KEY} in a step of `config`, or set `url` in this step."
        raise StepFault(message, hint=hint, option=option, code=codes.CONFIG_KEY_MISSING)
    else:
        config[URI_KEY] = None  # Flask-SQLAlchemy's own default; an empty string would be a URL
    binds = dict(config.get(BINDS_KEY) or {})
    for key, bind in binds.items():
        name = f"{BINDS_KEY}[{key!r}]"
        with of_config(BINDS_KEY, key, "url"):
            if not isinstance(bind, dict):
                binds[key] = _resolve_url(bind, options.driver, name)[0]
            elif "url" in bind:
                binds[key] = {**bind, "url": _resolve_url(bind["url"], options.driver, name)[0]}
    if binds:
        config[BINDS_KEY] = binds
    return parsed


def _resolve_url(
    url: str | URL, driver: DriverName, name: str, option: tuple[str, ...] = ()
) -> tuple[str | URL, URL]:
    """Return ``url``, with a driver if it is PostgreSQL's and has none, and the same parsed."""
    from sqlalchemy import make_url

    parsed = _parse_url(url, name, option)
    text = parsed.render_as_string(hide_password=False)
    resolved = resolve_driver(text, driver)
    return (url, parsed) if resolved == text else (resolved, make_url(resolved))


def _parse_url(url: str | URL, name: str, option: tuple[str, ...]) -> URL:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    fault = find_url_fault(url, name) if isinstance(url, str) else None
    if fault is None:
        # The scheme that hosting providers write, and SQLAlchemy no longer takes.
        given = re.sub("^postgres:", "postgresql:", url) if isinstance(url, str) else url
        try:
            parsed = make_url(given)
            parsed.get_dialect()
        except NoSuchModuleError:
            fault = build_dialect_fault(parsed.drivername)
        except (ArgumentError, ValueError):
            # Neither the URL nor the error is shown: both hold the password.
            fault = build_url_fault(f"{name} is not the URL of a database")
        else:
            return parsed
    fault.option = option
    raise fault


def _check_driver(context: StepContext) -> None:
    """Refuse a driver that blocks the event loop; the config alone did not say which it is."""
    patched = context.patched
    if patched.mode != "assume" and any(one.name == "gevent" for one in patched.proofs):
        raise_faults(check_driver(context.app.config, psycopg2_live=is_psycopg2_patched()))


def _set_pool_options(
    context: StepContext, db: SQLAlchemy, options: DatabaseOptions, url: URL | None
) -> dict[str, Any]:
    """Put the pool's options into the config, and return those that the pool must then have."""
    from sqlalchemy.pool import QueuePool

    given = {name: getattr(options, name) for name in POOL_OPTIONS}
    wanted = {name: value for name, value in given.items() if value is not None}
    config = context.app.config
    if not wanted:
        return {}
    if url is None:
        message = "the pool options are for the default database, and only binds are configured"
        raise StepFault(message, hint=f"Set {URI_KEY}, or set the pool in {BINDS_KEY}.")
    # What the project gave its own instance counts too: it may name another kind of pool.
    pool_class = find_pool_class(url, get_engine_options(db, config))
    for name in list(wanted):
        if POOL_OPTIONS[name].is_for_queue and not issubclass(pool_class, QueuePool):
            del wanted[name]
            note = f"database: {name} is not in force, a {pool_class.__name__} has none"
            context.report.notes.append(note)
    config[ENGINE_KEY] = {
        **(config.get(ENGINE_KEY) or {}),
        **{POOL_OPTIONS[name].engine_name: value for name, value in wanted.items()},
    }
    return wanted


def _init_instance(app: Flask, db: SQLAlchemy, url: URL | None) -> None:
    try:
        if url is not None:
            _make_sqlite_folder(app, url)
        db.init_app(app)
    except ModuleNotFoundError as error:
        message = f'the database driver "{error.name}" is not installed'
        hint = "Install it, or name another driver in the URL."
        raise StepFault(message, hint=hint, code=codes.PACKAGE_MISSING) from error
    except OSError as error:
        message = f"the folder of the SQLite database cannot be created: {error.strerror}"
        hint = "Name a folder that this user may write to."
        raise StepFault(message, hint=hint) from error


def _make_sqlite_folder(app: Flask, url: URL) -> None:
    """Make the folder of a relative SQLite file; Flask-SQLAlchemy only makes the instance's."""
    name = url.database or ":memory:"
    if url.get_backend_name() != "sqlite" or name == ":memory:" or "uri" in url.query:
        return
    if not Path(name).is_absolute():
        Path(app.instance_path, name).parent.mkdir(parents=True, exist_ok=True)


def _check_pool(db: SQLAlchemy, pool: dict[str, Any]) -> None:
    raise_faults(
        StepFault(
            f"the engine's {name} is {got}, not {expected}",
            hint=f"Let the engine be made with {ENGINE_KEY}, or remove the option.",
            option=(name,),
        )
        for name, expected in pool.items()
        if (got := POOL_OPTIONS[name].read(db.engine.pool)) != expected
    )


def _ask_each(db: SQLAlchemy) -> None:
    """Connect to each database, and leave the connection in its pool.

    Raises:
        StepFault: if one does not answer.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from assembler.database.state import call_within, describe_away, ping

    for key, engine in db.engines.items():
        try:
            call_within(EAGER_SECONDS, engine, partial(ping, engine))
        except (SQLAlchemyError, OSError) as error:
            name = "the database" if key is None else f"the database of the bind {key!r}"
            message = f"{name} is away: {describe_away(error, EAGER_SECONDS)}"
            hint = "Start it, or remove `eager`: the app then connects when it is first used."
            raise StepFault(message, hint=hint, code=codes.DATABASE_AWAY) from error


def _close_engines(app: Flask, db: SQLAlchemy) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


STEP = CatalogStep(
    name="database",
    group="data",
    summary="Give the app its database, through Flask-SQLAlchemy.",
    options=DatabaseOptions,
    apply=apply_database,
    packages=("flask_sqlalchemy", "sqlalchemy"),
    never_skip=True,
    once=True,
)
