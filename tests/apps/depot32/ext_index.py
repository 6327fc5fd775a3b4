"""The list of all that may be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Serve the rules that there are by now."""
    rules = sorted(rule.rule for rule in app.url_map.iter_rules())
    app.add_url_rule("/", "index", lambda: rules)
