"""Logging in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user, login_required, login_user, logout_user

from shopfront import db
from shopfront.models import Customer

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

__all__ = ["bp", "log_in", "log_out", "overview"]

bp = Blueprint("account", __name__)


@bp.route("/log-in", methods=["GET", "POST"])
def log_in() -> ResponseReturnValue:
    """Start the session of a customer who is known by name."""
    if request.method == "GET":
        return "who are you?"
    query = db.select(Customer).filter_by(name=request.form["name"])
    customer = db.one_or_404(query, description="no such customer")
    login_user(customer)
    return redirect(url_for("account.overview"))


@bp.route("/")
@login_required  # type: ignore[untyped-decorator]  # the extension has no types
def overview() -> ResponseReturnValue:
    """Greet the customer."""
    return f"hello, {current_user.name}"


@bp.route("/log-out", methods=["POST"])
def log_out() -> ResponseReturnValue:
    """End the session."""
    logout_user()
    return redirect(url_for("main.front"))
