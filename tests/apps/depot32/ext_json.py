"""JSON without spaces, with keys in the order they were written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask.json.provider import DefaultJSONProvider

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["CompactJson", "init_app"]


class CompactJson(DefaultJSONProvider):
    """A provider for small answers."""

    compact = True
    sort_keys = False


def init_app(app: Flask) -> None:
    """Swap the provider."""
    app.json = CompactJson(app)
