"""What is served."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("@package@", __name__)


@blueprint.get("/")
def index() -> dict[str, str]:
    """Say hello."""
    return {"hello": "world"}
