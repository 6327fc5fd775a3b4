"""What is switched on for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app", "name_features"]


def name_features() -> dict[str, object]:
    """Give templates what is on."""
    return {"features": current_app.config["FEATURES"]}


def init_app(app: Flask) -> None:
    """Tell every template."""
    app.context_processor(name_features)
