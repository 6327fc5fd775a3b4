"""The views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from big28.ordering import require_steps

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Register the blueprints."""
    require_steps(app, "blueprints", "code_based_extension", "sqlalchemy", "celery", "mail")
    # The controllers ask, while they are imported, for what earlier steps made.
    from big28.controllers import console, service, web  # noqa: PLC0415 - see above

    app.register_blueprint(console.bp)
    app.register_blueprint(service.bp)
    app.register_blueprint(web.bp)
