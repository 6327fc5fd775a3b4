"""Make the token that opens the console of a server whose profile has nothing that does."""

from __future__ import annotations

import os
from functools import cache

__all__ = ["get_start_token"]

TOKEN_BYTES = 24


@cache
def get_start_token() -> str:
    """Return the token of this server: the first call makes it, and forked processes share it."""
    return os.urandom(TOKEN_BYTES).hex()
