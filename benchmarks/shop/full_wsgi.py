"""Be what ``gunicorn -k gevent`` loads by hand for twenty steps."""

from __future__ import annotations

from psycogreen.gevent import patch_psycopg

patch_psycopg()

from benchmarks.shop.full_factory import create_app  # noqa: E402 - the patch comes first

__all__ = ["app"]

app = create_app()
