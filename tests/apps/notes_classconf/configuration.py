"""The config classes."""

from __future__ import annotations

__all__ = ["Configuration", "ShortPages"]


class Configuration:
    """What the notes run with."""

    NOTES_HOST = "notes.example"
    SECRET_KEY = "for development only"  # noqa: S105 - an app of the tests, never deployed
    SQLALCHEMY_DATABASE_URI = "sqlite://"


class ShortPages(Configuration):
    """The same, with two notes a page."""

    NOTES_PER_PAGE = 2
    TESTING = True
