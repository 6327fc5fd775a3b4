"""The language in the URL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, g

if TYPE_CHECKING:
    from collections.abc import MutableMapping

__all__ = ["add_language", "take_language"]


def take_language(endpoint: str | None, values: MutableMapping[str, Any] | None) -> None:  # noqa: ARG001 - Flask passes it
    """Move the language from the URL's values to `g`."""
    g.language = (values or {}).pop("language", current_app.config["WIKI_LANGUAGE"])


def add_language(endpoint: str, values: MutableMapping[str, Any]) -> None:
    """Give every URL that wants a language the one of this request."""
    if current_app.url_map.is_endpoint_expecting(endpoint, "language"):
        values.setdefault("language", g.get("language", current_app.config["WIKI_LANGUAGE"]))
