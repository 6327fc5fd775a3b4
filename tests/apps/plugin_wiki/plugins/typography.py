"""Proper dashes, and the page about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

__all__ = ["explain", "set_dashes", "setup"]


def set_dashes(text: str) -> str:
    """Write a semicolon as a dash."""
    return text.replace(";", " \N{EN DASH}")


def explain() -> ResponseReturnValue:
    """Return what the plugin does."""
    return "semicolons become dashes"


def setup(app: Flask) -> None:
    """Rewrite each text, and add the page."""
    app.extensions["wiki_rewriters"]["typography"] = set_dashes
    app.add_url_rule("/about-typography", view_func=explain)
