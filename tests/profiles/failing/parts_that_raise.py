"""A module that cannot be imported without its variable."""  # noqa: INP001 - as parts.py

from __future__ import annotations

import os

QUEUE = os.environ["PARTS_QUEUE"]
