"""The things of the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, request

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

__all__ = ["UnknownColourError", "bp", "colour", "listing"]

COLOURS = ["blue", "green", "red"]
MADE_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

bp = Blueprint("things", __name__)


class UnknownColourError(ValueError):
    """A colour was asked for that no thing has."""

    def __init__(self, name: str) -> None:
        """Keep the colours that there are."""
        super().__init__(f"no thing is {name!r}")
        self.known = COLOURS


@bp.get("/")
def listing() -> ResponseReturnValue:
    """List fifty things."""
    return {"things": [{"id": n, "colour": COLOURS[n % 3], "made": MADE_AT} for n in range(50)]}


@bp.post("/colour")
def colour() -> ResponseReturnValue:
    """Return whether there are things of a colour."""
    name = request.get_json()["name"]
    if name not in COLOURS:
        raise UnknownColourError(name)
    return {"name": name, "known": True}
