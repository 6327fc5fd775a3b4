"""Return how the shop is set up."""

from __future__ import annotations

__all__ = ["Production"]


class Production:
    """What Flask's ``from_object`` reads."""

    SECRET_KEY = "b3ZlciB0aGUgaGlsbHMgYW5kIGZhciBhd2F5"  # noqa: S105 - nobody is served with it
    SQLALCHEMY_DATABASE_URI = "sqlite:///:memory:"
    COMPRESS_MIN_SIZE = 500
    CORS_ORIGINS = ("https://shop.example",)
    JSON_SORT_KEYS = False
    MAX_CONTENT_LENGTH = 1_000_000
