"""JSON without spaces, and with keys in the order they were written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask.json.provider import DefaultJSONProvider

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["CompactJson", "init_app"]


class CompactJson(DefaultJSONProvider):
    """A provider for small answers."""

    compact = True
    sort_keys = False

    def dumps(self, obj: Any, **options: Any) -> str:  # noqa: ANN401 - Flask's own signature
        """Write without spaces, also outside of responses."""
        return super().dumps(obj, **{"separators": (",", ":"), **options})


def init_app(app: Flask) -> None:
    """Swap the provider."""
    app.json = CompactJson(app)
