"""Who may write."""

from flask import Blueprint

bp = Blueprint("auth", __name__)


def require_login() -> None:
    """Let nobody else in."""
