"""Choose the driver of a PostgreSQL URL, and find those that block gevent's event loop."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal, get_args

from assembler.database.url import BINDS_KEY, POSTGRESQL, URI_KEY, split_scheme
from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.document.nodes import ScalarNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assembler.document.nodes import MappingNode

__all__ = [
    "DriverName",
    "check_driver",
    "find_block",
    "find_driver",
    "is_psycopg2_patched",
    "read_preference",
    "resolve_driver",
]

DriverName = Literal["auto", "psycopg2", "psycopg"]
# Written in Python on top of `socket`, which gevent patches.
COOPERATIVE = frozenset({"pg8000"})
PSYCOPG_IS_DEFAULT = (2, 1)  # from this SQLAlchemy on


def read_preference(options: MappingNode) -> DriverName:
    """Return the ``driver`` of the options of a step `database`, as far as they tell."""
    node = options.get("driver")
    named = node.text if isinstance(node, ScalarNode) else None
    return next((name for name in get_args(DriverName) if name == named), "auto")


def is_psycopg2_patched() -> bool:
    """Return whether psycopg2 has its wait callback; never imports it."""
    extensions = sys.modules.get("psycopg2.extensions")
    return extensions is not None and extensions.get_wait_callback() is not None


def resolve_driver(url: str, driver: DriverName) -> str:
    """Return ``url`` with its PostgreSQL driver named; any other URL unchanged.

    ``auto`` means the driver that is installed, psycopg2 before psycopg. SQLAlchemy alone would
    read ``postgresql://`` as psycopg from 2.1 on.

    Raises:
        StepFault: if the driver is not installed, or the URL names another one.
    """
    scheme, separator, rest = url.partition("://")
    backend, named = split_scheme(scheme)
    if not separator or backend not in POSTGRESQL:
        return url
    if named and driver not in {"auto", named}:
        message = f"the database URL names the driver '{named}', and the option `driver` '{driver}'"
        hint = "Remove one of them, or make them agree."
        raise StepFault(message, hint=hint, option=("driver",), code=codes.WRONG_OPTION)
    chosen = named or (_choose_installed(_is_installed) if driver == "auto" else driver)
    if chosen is None or not (named or _is_installed(chosen)):
        message = f"no driver for PostgreSQL is installed, expected {chosen or 'psycopg2'}"
        hint = "Run `pip install psycopg2-binary` or `pip install 'psycopg[binary]'`."
        raise StepFault(message, hint=hint, option=("driver",), code=codes.PACKAGE_MISSING)
    return f"postgresql+{chosen}://{rest}"


def find_driver(
    scheme: str, driver: DriverName | None, is_installed: Callable[[str], bool]
) -> str | None:
    """Return the driver that reaches PostgreSQL; ``None``: not PostgreSQL, or none is installed.

    Args:
        scheme: Of the URL.
        driver: The step ``database``'s choice for a URL without a driver; ``None``: there is no
            such step, and SQLAlchemy's own choice holds.
        is_installed: Whether a top-level module can be found.
    """
    backend, named = split_scheme(scheme)
    if backend not in POSTGRESQL:
        return None
    if named:
        return named
    if driver == "auto":
        return _choose_installed(is_installed)
    return driver or _find_default()


def find_block(
    key: str, driver: str, *, psycopg2_live: bool, waits_in_c: bool = False
) -> StepFault | None:
    """Return how ``driver`` would block the event loop; ``None``: it does not.

    Args:
        key: The config key of the database.
        driver: What reaches it.
        psycopg2_live: Whether psycopg2 has its wait callback.
        waits_in_c: Whether psycopg was imported before `select` was patched.
    """
    message = f"{key} reaches PostgreSQL through {driver}, which blocks the event loop"
    hint = "Use psycopg2 with the patch of that name, or psycopg."
    if driver in COOPERATIVE:
        return None
    if driver == "psycopg2":
        if psycopg2_live:
            return None
        message += ": the patch 'psycopg2' is not applied"
        hint = "Add `- psycopg2` to `patches`, after `gevent`."
    elif driver == "psycopg":
        if not waits_in_c:
            return None
        message += ": it was imported before the patch 'gevent' and waits in C"
        hint = "Import psycopg only after the patches are applied."
    return StepFault(message, hint=hint, code=codes.BLOCKING_DRIVER)


def check_driver(
    config: Mapping[str, object], *, psycopg2_live: bool, driver: DriverName | None = None
) -> list[StepFault]:
    """Return a fault for each database of ``config`` that would block gevent's event loop.

    Args:
        config: Of the app, as Flask-SQLAlchemy reads it.
        psycopg2_live: Whether psycopg2 has its wait callback.
        driver: The step ``database``'s choice for a URL without a driver; ``None``: there is no
            such step, and SQLAlchemy's own choice holds.
    """
    found = (
        find_block(key, name, psycopg2_live=psycopg2_live, waits_in_c=_waits_in_c())
        for key, scheme in _iter_schemes(config)
        if (name := find_driver(scheme, driver, _is_installed)) is not None
    )
    return [fault for fault in found if fault is not None]


def _is_installed(module: str) -> bool:
    return module in sys.modules or find_spec(module) is not None


def _choose_installed(is_installed: Callable[[str], bool]) -> DriverName | None:
    drivers: tuple[DriverName, ...] = ("psycopg2", "psycopg")
    return next((name for name in drivers if is_installed(name)), None)


def _iter_schemes(config: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield the key and the scheme of each database in the config."""
    yield URI_KEY, _get_scheme(config.get(URI_KEY))
    for key in (BINDS_KEY, "SQLALCHEMY_ENGINES"):
        databases = config.get(key)
        if isinstance(databases, Mapping):
            for name, url in databases.items():
                yield f"{key}[{name!r}]", _get_scheme(url)


def _get_scheme(url: object) -> str:
    """Read the scheme of a string, of SQLAlchemy's `URL`, or of a mapping of engine options."""
    if isinstance(url, Mapping):
        return _get_scheme(url.get("url", url.get("drivername", "")))
    return str(getattr(url, "drivername", url or "")).partition(":")[0]


@cache  # reads the metadata of what is installed
def _find_default() -> str:
    """Return what SQLAlchemy alone reads ``postgresql://`` as, by its version."""
    try:
        parts = version("sqlalchemy").split(".")[:2]
    except PackageNotFoundError:
        return "psycopg2"
    return "psycopg" if tuple(map(int, parts)) >= PSYCOPG_IS_DEFAULT else "psycopg2"


def _waits_in_c() -> bool:
    # psycopg chooses how it waits when it is imported: in C, unless `select` is patched by then.
    waiting = sys.modules.get("psycopg.waiting")
    return waiting is not None and waiting.wait is getattr(waiting, "wait_c", None)
