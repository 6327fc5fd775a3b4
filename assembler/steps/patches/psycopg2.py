"""Let psycopg2 yield to gevent's event loop while it waits: `psycogreen.gevent.patch_psycopg`."""

from __future__ import annotations

import sys

from assembler.steps.forms import FrozenOptions, Patch

__all__ = ["PATCH", "Psycopg2Options"]


class Psycopg2Options(FrozenOptions):
    """The patch takes no options."""


def _apply(_options: Psycopg2Options) -> None:
    from psycogreen.gevent import patch_psycopg

    patch_psycopg()


def _find_proof(_options: Psycopg2Options | None = None) -> str | None:
    # Looked up, not imported: asking must not load a driver into a process that has none.
    extensions = sys.modules.get("psycopg2.extensions")
    callback = None if extensions is None else extensions.get_wait_callback()
    if callback is None:
        return None
    name = getattr(callback, "__qualname__", repr(callback))
    return f"get_wait_callback gives {getattr(callback, '__module__', '?')}.{name}"


PATCH = Patch(
    name="psycopg2",
    summary="Let a query on PostgreSQL wait without blocking the other requests.",
    options=Psycopg2Options,
    apply=_apply,
    find_proof=_find_proof,
    packages=("psycogreen", "psycopg2"),
    needs=("gevent",),
    find_trace=_find_proof,
)
