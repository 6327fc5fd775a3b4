"""The settings of the API's own tests: the usual ones, and what differs."""

from __future__ import annotations

from api_only.settings import COMPRESS_MIN_SIZE, MAX_CONTENT_LENGTH

__all__ = ["API_TITLE", "COMPRESS_MIN_SIZE", "MAX_CONTENT_LENGTH", "TESTING"]

API_TITLE = "Things under test"
TESTING = True
