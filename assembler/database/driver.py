"""Tell which driver a PostgreSQL URL means, and whether it would block gevent's event loop."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from assembler.database.driver_choice import (
    SCHEMES,
    DriverName,
    choose_driver,
    find_block,
    find_driver,
    is_installed,
    split_scheme,
)
from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DriverName", "check_driver", "resolve_driver"]


def resolve_driver(url: str, driver: DriverName, *, psycopg2_patched: bool) -> str:
    """Give ``url`` with its PostgreSQL driver named; any other URL as it is.

    ``auto`` means psycopg2 where the profile patches it, else the one that is installed, psycopg2
    before psycopg. SQLAlchemy alone would take ``postgresql://`` for psycopg from 2.1 on.

    Raises:
        StepFault: if the driver is not installed, or the URL names another one.
    """
    scheme, separator, rest = url.partition("://")
    backend, named = split_scheme(scheme)
    if not separator or backend not in SCHEMES:
        return url
    if named:
        _refuse_other(named, driver)
        return f"postgresql+{named}://{rest}"
    chosen = choose_driver(psycopg2_patched=psycopg2_patched) if driver == "auto" else driver
    if chosen is None or not is_installed(chosen):
        message = f"no driver for PostgreSQL is installed, expected {chosen or 'psycopg2'}"
        hint = "Run `pip install psycopg2-binary`, or `pip install 'psycopg[binary]'`."
        raise StepFault(message, hint=hint, option=("driver",), code=codes.PACKAGE_MISSING)
    return f"postgresql+{chosen}://{rest}"


def check_driver(
    config: Mapping[str, object],
    *,
    gevent_live: bool,
    psycopg2_live: bool,
    driver: DriverName | None = None,
) -> StepFault | None:
    """Find the database URLs of ``config`` that would block the event loop; None: there are none.

    Args:
        config: of the app, as Flask-SQLAlchemy reads it.
        gevent_live: whether gevent is patched in; without it nothing is blocked.
        psycopg2_live: whether psycopg2 has its wait callback.
        driver: what the step ``database`` makes of a URL that names no driver; None: there is no
            such step, and SQLAlchemy's own choice holds.
    """
    if not gevent_live:
        return None
    faults: list[StepFault] = []
    for key, scheme in _iter_schemes(config):
        name = find_driver(scheme, driver, _find_default, psycopg2_patched=psycopg2_live)
        if name is None:
            continue
        fault = find_block(key, name, psycopg2_live=psycopg2_live, waits_in_c=_waits_in_c())
        faults += [] if fault is None else [fault]
    if not faults:
        return None
    return StepFault(
        faults[0].message, hint=faults[0].hint, code=codes.BLOCKING_DRIVER, more=tuple(faults[1:])
    )


def _refuse_other(named: str, driver: DriverName) -> None:
    if driver not in {"auto", named}:
        message = f"the database URL names the driver '{named}', and the option `driver` '{driver}'"
        hint = "Leave one of them out, or let them agree."
        raise StepFault(message, hint=hint, option=("driver",), code=codes.WRONG_OPTION)


def _iter_schemes(config: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Give the key and the scheme of each database that the config names."""
    yield "SQLALCHEMY_DATABASE_URI", _get_scheme(config.get("SQLALCHEMY_DATABASE_URI"))
    for key in ("SQLALCHEMY_BINDS", "SQLALCHEMY_ENGINES"):
        databases = config.get(key)
        if isinstance(databases, Mapping):
            for name, url in databases.items():
                yield f"{key}[{name!r}]", _get_scheme(url)


def _get_scheme(url: object) -> str:
    """Read the scheme of a text, of SQLAlchemy's `URL`, or of a mapping of engine options."""
    if isinstance(url, Mapping):
        return _get_scheme(url.get("url", url.get("drivername", "")))
    return str(getattr(url, "drivername", url or "")).partition(":")[0]


def _find_default() -> str:
    from sqlalchemy import make_url  # noqa: PLC0415 - only where a URL leaves it to SQLAlchemy

    return make_url("postgresql://").get_dialect().driver


def _waits_in_c() -> bool:
    # psycopg chooses how it waits when it is imported: in C, unless `select` is patched by then.
    waiting = sys.modules.get("psycopg.waiting")
    return waiting is not None and waiting.wait is getattr(waiting, "wait_c", None)
