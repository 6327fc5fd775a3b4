"""Serve the profile that ``ASSUMED_PROFILE`` names, without the patches that gunicorn lacks.

Whoever assumes patches gets the process as it is. ``gunicorn -k gevent`` has patched the standard
library, and neither gRPC nor psycopg2.
"""

from __future__ import annotations

import os

import assembler

__all__ = ["app"]

app = assembler.create_app(os.environ["ASSUMED_PROFILE"], patches="assume")
