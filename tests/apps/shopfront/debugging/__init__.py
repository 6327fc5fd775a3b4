"""Pages that only developers and tests have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

__all__ = ["bp", "rules"]

bp = Blueprint("debugging", __name__)


@bp.get("/rules")
def rules() -> ResponseReturnValue:
    """List the URL rules."""
    return sorted({rule.rule for rule in current_app.url_map.iter_rules()})
