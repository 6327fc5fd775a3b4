"""Be what ``gunicorn -k gevent`` loads by hand; it has patched the standard library."""

from __future__ import annotations

from grpc.experimental.gevent import init_gevent
from psycogreen.gevent import patch_psycopg

init_gevent()
patch_psycopg()

from benchmarks.shop.factory import create_app  # noqa: E402 - the patches come first

__all__ = ["app"]

app = create_app()
