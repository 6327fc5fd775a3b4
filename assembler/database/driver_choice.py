"""Know which driver a PostgreSQL URL means, and which of them block gevent's event loop; pure."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

from assembler.diagnostics.faults import StepFault

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "SCHEMES",
    "DriverName",
    "choose_driver",
    "find_block",
    "find_driver",
    "is_installed",
    "split_scheme",
]

DriverName = Literal["auto", "psycopg2", "psycopg"]
SCHEMES = frozenset({"postgres", "postgresql"})
# Written in Python on top of `socket`, which gevent patches.
COOPERATIVE = frozenset({"pg8000"})


def is_installed(module: str) -> bool:
    """Tell whether a top-level module can be found; it is not imported."""
    return module in sys.modules or find_spec(module) is not None


def split_scheme(scheme: str) -> tuple[str, str]:
    """Give the kind of database that a URL's scheme means, and the driver that it names, if any."""
    backend, _, named = scheme.partition("+")
    return backend, named


def choose_driver(
    *, psycopg2_patched: bool, is_installed: Callable[[str], bool] = is_installed
) -> DriverName | None:
    """Give what ``auto`` means: psycopg2 where the profile patches it, else what is installed."""
    if psycopg2_patched or is_installed("psycopg2"):
        return "psycopg2"
    return "psycopg" if is_installed("psycopg") else None


def find_driver(
    scheme: str,
    driver: DriverName | None,
    find_default: Callable[[], str],
    *,
    psycopg2_patched: bool,
    is_installed: Callable[[str], bool] = is_installed,
) -> str | None:
    """Give the driver by which PostgreSQL is reached; ``None``: it is none, or none is installed.

    Args:
        scheme: Of its URL.
        driver: What the step ``database`` makes of a URL that names none; ``None``: there is no
            such step.
        find_default: Gives SQLAlchemy's own choice, for where there is no such step.
        psycopg2_patched: Whether psycopg2 has its wait callback.
        is_installed: Whether a top-level module can be found.
    """
    backend, named = split_scheme(scheme)
    if backend not in SCHEMES:
        return None
    if named:
        return named
    if driver == "auto":
        return choose_driver(psycopg2_patched=psycopg2_patched, is_installed=is_installed)
    return driver or find_default()


def find_block(
    key: str, driver: str, *, psycopg2_live: bool, waits_in_c: bool = False
) -> StepFault | None:
    """Say how ``driver`` would block the event loop; ``None``: it would not.

    Args:
        key: What names the database.
        driver: By which it is reached.
        psycopg2_live: Whether psycopg2 has its wait callback.
        waits_in_c: Whether psycopg was imported before `select` was patched.
    """
    start = f"{key} reaches PostgreSQL through {driver}, which blocks the event loop"
    if driver == "psycopg2":
        if psycopg2_live:
            return None
        message = f"{start}: the patch 'psycopg2' is not applied"
        return StepFault(message, hint="Add `- psycopg2` to `patches`, after `gevent`.")
    if driver == "psycopg":
        if not waits_in_c:
            return None
        message = f"{start}: it was imported before the patch 'gevent' and waits in C"
        return StepFault(message, hint="Import psycopg only after the patches are applied.")
    if driver in COOPERATIVE:
        return None
    return StepFault(start, hint="Use psycopg2 with the patch of that name, or psycopg.")
