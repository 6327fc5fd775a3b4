"""What the API runs with when the caller names no other module."""

from __future__ import annotations

API_TITLE = "Things"
COMPRESS_MIN_SIZE = 200
MAX_CONTENT_LENGTH = 64 * 1024
PROPAGATE_EXCEPTIONS = False
