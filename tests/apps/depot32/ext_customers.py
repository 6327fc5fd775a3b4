"""Customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, request

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

__all__ = ["add_customer", "bp", "init_app", "list_customers"]

bp = Blueprint("customers", __name__)


@bp.post("/")
def add_customer() -> ResponseReturnValue:
    """Add one, and greet."""
    name = request.form["name"]
    current_app.extensions["mail"]["outbox"].append(name)
    return {"id": current_app.extensions["store"].add("customers", name=name)}, 201


@bp.get("/")
def list_customers() -> ResponseReturnValue:
    """List them."""
    return current_app.extensions["store"].list("customers")


def init_app(app: Flask) -> None:
    """Register the views."""
    app.register_blueprint(bp, url_prefix="/customers")
