"""Give the app its database, by the project's own Flask-SQLAlchemy instance or by one of ours."""

from __future__ import annotations

import re
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from assembler.database.database_url import (
    build_dialect_fault,
    build_no_url_fault,
    find_url_fault,
)
from assembler.database.pool import (
    find_not_in_force,
    find_pool_class,
    iter_mismatches,
    to_engine_options,
)
from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.language.flags import Flag
from assembler.steps.forms import CatalogStep, Options, ReferredObject
from assembler.steps.step_faults import build_second_database_fault

if TYPE_CHECKING:
    from flask import Flask
    from flask_sqlalchemy import SQLAlchemy
    from sqlalchemy import URL

    from assembler.database.driver import DriverName
    from assembler.steps.forms import StepContext

__all__ = ["STEP", "DatabaseOptions"]

URI_KEY = "SQLALCHEMY_DATABASE_URI"
ENGINE_KEY = "SQLALCHEMY_ENGINE_OPTIONS"
BINDS_KEY = "SQLALCHEMY_BINDS"
POOL_OPTIONS = {
    "pool_size",
    "max_overflow",
    "pool_timeout_seconds",
    "pool_recycle_seconds",
    "pool_pre_ping",
}


class DatabaseOptions(Options):
    """Which database, by which driver, and how many connections; what is given beats the config."""

    db: ReferredObject = Field(
        default=None,
        description="The project's own Flask-SQLAlchemy instance, as {$import: …}; default: a new "
        "one for each app.",
    )
    url: str | None = Field(
        default=None,
        repr=False,
        description=f"The database's URL; default: the config's {URI_KEY}.",
    )
    driver: Literal["auto", "psycopg2", "psycopg"] = Field(
        default="auto",
        description="The driver for a PostgreSQL URL that names none; auto: psycopg2 where the "
        "profile patches it, else what is installed.",
    )
    pool_size: int | None = Field(
        default=None, ge=1, description="Connections that stay open in each process."
    )
    max_overflow: int | None = Field(
        default=None, ge=-1, description="Connections beyond the pool's size; -1: no limit."
    )
    pool_timeout_seconds: int | None = Field(  # SQLAlchemy cuts the fraction off
        default=None, ge=0, description="How long a request waits for a connection."
    )
    pool_recycle_seconds: int | None = Field(
        default=None, ge=-1, description="Connections older than this are replaced; -1: never."
    )
    pool_pre_ping: Flag | None = Field(
        default=None, description="Whether a connection is tried before each use."
    )


def apply_database(context: StepContext, options: DatabaseOptions) -> SQLAlchemy:
    """Initialise the instance on the app, and give it.

    Makes the folder of a relative SQLite file. Connects to nothing: the pool's sizes are read off
    the real engine.
    """
    app = context.app
    db = _get_instance(options.db)
    if "sqlalchemy" in app.extensions:
        raise build_second_database_fault()
    _set_urls(context, options)
    _check_driver(context)
    pool = _set_pool_options(context, db, options)
    _init_instance(app, db)
    if pool:  # which is for the default database
        with app.app_context():
            _check_pool(db, pool)
    context.on_close(partial(_close_engines, app, db))
    return db


def _get_instance(given: object) -> SQLAlchemy:
    from flask_sqlalchemy import SQLAlchemy

    if given is None:
        return SQLAlchemy()
    if not isinstance(given, SQLAlchemy):
        message = f"expected an instance of flask_sqlalchemy.SQLAlchemy, got {type(given).__name__}"
        hint = "Name the object that your models are made with, as `{$import: module:db}`."
        raise StepFault(message, hint=hint, option=("db",))
    return given


def _set_urls(context: StepContext, options: DatabaseOptions) -> None:
    """Put the URLs in force into the config, each with its driver."""
    config = context.app.config
    given = options.url if options.url is not None else config.get(URI_KEY)
    option = () if options.url is None else ("url",)
    if given:
        name = URI_KEY if options.url is None else "url"
        config[URI_KEY] = _resolve_url(given, options.driver, option, name)
        driver = _parse_url(config[URI_KEY], option).get_driver_name()
        context.report.notes.append(f"database: the driver is {driver}")
    elif option or not config.get(BINDS_KEY):
        message = f"no database is named: {URI_KEY} is not in the config"
        hint = f"Set {URI_KEY} in a step of `config`, or give this step a `url`."
        raise StepFault(message, hint=hint, option=option, code=codes.CONFIG_KEY_MISSING)
    else:
        config[URI_KEY] = None  # Flask-SQLAlchemy's own default; an empty text would be a URL
    binds = dict(config.get(BINDS_KEY) or {})
    for key, bind in binds.items():
        name = f"{BINDS_KEY}[{key!r}]"
        if isinstance(bind, dict) and "url" in bind:
            binds[key] = {**bind, "url": _resolve_url(bind["url"], options.driver, (), name)}
        elif not isinstance(bind, dict):
            binds[key] = _resolve_url(bind, options.driver, (), name)
    if binds:
        config[BINDS_KEY] = binds


def _resolve_url(
    url: str | URL, driver: DriverName, option: tuple[str, ...], name: str
) -> str | URL:
    """Name the driver in a PostgreSQL URL that leaves it open; any other URL is given back."""
    from assembler.database.driver import resolve_driver

    text = _parse_url(url, option, name).render_as_string(hide_password=False)
    resolved = resolve_driver(text, driver, psycopg2_patched=_is_psycopg2_patched())
    return url if resolved == text else resolved


def _parse_url(url: str | URL, option: tuple[str, ...], name: str = URI_KEY) -> URL:
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
            fault = build_no_url_fault(name)
        else:
            return parsed
    fault.option = option
    raise fault


def _check_driver(context: StepContext) -> None:
    """Refuse a driver that blocks the event loop; the config alone did not say which it is."""
    from assembler.database.driver import check_driver

    report = context.report
    gevent_live = any(proof.name == "gevent" for proof in report.patches)
    if report.patches_mode == "assume":
        return
    fault = check_driver(
        context.app.config, gevent_live=gevent_live, psycopg2_live=_is_psycopg2_patched()
    )
    if fault is not None:
        raise fault


def _is_psycopg2_patched() -> bool:
    extensions = sys.modules.get("psycopg2.extensions")
    return extensions is not None and extensions.get_wait_callback() is not None


def _set_pool_options(
    context: StepContext, db: SQLAlchemy, options: DatabaseOptions
) -> dict[str, Any]:
    """Put the pool's options into the config, and give those that the pool must then have."""
    wanted = options.model_dump(include=POOL_OPTIONS, exclude_none=True)
    config = context.app.config
    if not wanted:
        return {}
    if config[URI_KEY] is None:
        message = "the pool's options are for the default database, and only binds are named"
        raise StepFault(message, hint=f"Set {URI_KEY}, or give the pool in {BINDS_KEY}.")
    # What the project gave its own instance counts too: it may name another kind of pool.
    engine_options = {**db._engine_options, **(config.get(ENGINE_KEY) or {})}  # noqa: SLF001
    pool_class = find_pool_class(_parse_url(config[URI_KEY], ()), engine_options)
    for name in find_not_in_force(wanted, pool_class):
        del wanted[name]
        note = f"database: {name} is not in force, a {pool_class.__name__} has none"
        context.report.notes.append(note)
    config[ENGINE_KEY] = {**(config.get(ENGINE_KEY) or {}), **to_engine_options(wanted)}
    return wanted


def _init_instance(app: Flask, db: SQLAlchemy) -> None:
    try:
        _make_sqlite_folder(app)
        db.init_app(app)
    except ModuleNotFoundError as error:
        message = f'the database driver "{error.name}" is not installed'
        hint = "Install it, or name another driver in the URL."
        raise StepFault(message, hint=hint, code=codes.PACKAGE_MISSING) from error
    except OSError as error:
        message = f"the folder of the SQLite database cannot be made: {error.strerror}"
        hint = "Name a folder that this user may write to."
        raise StepFault(message, hint=hint) from error


def _make_sqlite_folder(app: Flask) -> None:
    """Make the folder of a relative SQLite file; Flask-SQLAlchemy only makes the instance's."""
    if app.config[URI_KEY] is None:
        return
    url = _parse_url(app.config[URI_KEY], ())
    name = url.database or ":memory:"
    if url.get_backend_name() != "sqlite" or name == ":memory:" or "uri" in url.query:
        return
    if not Path(name).is_absolute():
        Path(app.instance_path, name).parent.mkdir(parents=True, exist_ok=True)


def _check_pool(db: SQLAlchemy, pool: dict[str, Any]) -> None:
    faults = [
        StepFault(
            f"the engine's {found.option} is {found.got}, not {found.expected}",
            hint="Let the engine be made with SQLALCHEMY_ENGINE_OPTIONS, or leave the option out.",
            option=(found.option,),
        )
        for found in iter_mismatches(pool, db.engine)
    ]
    if faults:
        faults[0].more = tuple(faults[1:])
        raise faults[0]


def _close_engines(app: Flask, db: SQLAlchemy) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


STEP = CatalogStep(
    name="database",
    summary="Give the app its database, through Flask-SQLAlchemy.",
    options=DatabaseOptions,
    apply=apply_database,
    packages=("flask_sqlalchemy", "sqlalchemy"),
    never_skip=True,
    once=True,
)
