"""What the shell and the templates know without asking."""

from __future__ import annotations

from typing import Any

from flask import current_app

from shopfront import db
from shopfront.models import Article
from shopfront.pricing import format_money

__all__ = ["offer_prices", "offer_settings"]


def offer_prices() -> dict[str, Any]:
    """Give the shell the dearest article first; the models it knows from the database."""
    return {
        "dearest": db.select(Article).order_by(Article.price_cents.desc()),
        "money": format_money,
    }


def offer_settings() -> dict[str, Any]:
    """Give templates the name of the configuration."""
    return {"configuration": current_app.config["CONFIGURATION"]}
