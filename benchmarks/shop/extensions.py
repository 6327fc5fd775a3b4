"""Make the instances that the shop's modules share, bound to no app yet."""

from __future__ import annotations

from flask_cors import CORS
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy

__all__ = ["cors", "db", "login"]

cors = CORS()
db = SQLAlchemy()
login = LoginManager()


@login.user_loader  # type: ignore[untyped-decorator]  # flask_login has no types
def load_user(_user_id: str) -> None:
    """Find nobody: the shop has no accounts."""
