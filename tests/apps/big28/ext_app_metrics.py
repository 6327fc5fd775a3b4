"""Who answered, and from what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from big28.engine import db
from big28.ordering import require_steps

if TYPE_CHECKING:
    from flask import Flask, Response
    from flask.typing import ResponseReturnValue

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Sign every answer, and tell of the database's pool."""
    require_steps(app, "app_metrics", "sqlalchemy")
    with app.app_context():
        pool = type(db.engine.pool).__name__

    @app.after_request
    def sign(response: Response) -> Response:
        response.headers["X-Version"] = app.config["VERSION"]
        response.headers["X-Env"] = app.config["DEPLOY_ENV"]
        return response

    @app.get("/health")
    def health() -> ResponseReturnValue:
        return {"status": "ok", "version": app.config["VERSION"]}

    @app.get("/db-pool")
    def db_pool() -> ResponseReturnValue:
        return {"pool": pool}
