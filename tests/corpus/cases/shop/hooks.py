"""Hooks of the server, which its master imports before any patch."""

from __future__ import annotations

import ssl
from time import sleep

CONTEXT = ssl.create_default_context()


def post_fork(_server: object, _worker: object) -> None:
    """Wait a moment."""
    sleep(0)
