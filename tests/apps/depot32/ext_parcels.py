"""Parcels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, current_app, request

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

__all__ = ["add_parcel", "bp", "init_app", "list_parcels", "show_parcel"]

bp = Blueprint("parcels", __name__)


@bp.get("/")
def list_parcels() -> ResponseReturnValue:
    """List them all, or those that a text is found in."""
    return current_app.extensions["search"](request.args.get("to", ""))


@bp.post("/")
def add_parcel() -> ResponseReturnValue:
    """Take one in."""
    number = current_app.extensions["store"].add("parcels", to=request.form["to"])
    current_app.extensions["queue"].append(number)
    return {"id": number}, 201


@bp.get("/<int:number>")
def show_parcel(number: int) -> ResponseReturnValue:
    """Show one."""
    parcels = current_app.extensions["store"].list("parcels")
    return parcels[number - 1] if 0 < number <= len(parcels) else abort(404)


def init_app(app: Flask) -> None:
    """Register the views."""
    app.register_blueprint(bp, url_prefix="/parcels")
