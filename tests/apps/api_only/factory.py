"""Assemble the API by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_compress import Compress
from flask_cors import CORS
from werkzeug.exceptions import HTTPException

from api_only import clock, errors, health, things
from api_only.application import ApiFlask
from api_only.audit import audit_handler
from api_only.logs import configure_logging
from api_only.request_ids import RequestIds

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["compress", "cors", "create_app"]

cors = CORS()
compress = Compress()


def create_app(config: str | None = None) -> Flask:
    """Make the API with the settings module that `config` names, or the package's own."""
    # app.logger takes a handler of its own where it finds none, so logging is set up before it.
    configure_logging()
    app = ApiFlask("api_only", static_folder=None)
    app.config.from_object(config or "api_only.settings")
    app.url_map.strict_slashes = False
    app.logger.addHandler(audit_handler)

    compress.init_app(app)
    cors.init_app(
        app,
        resources={r"/v1/*": {"origins": ["https://shop.example"]}},
        expose_headers=["X-Request-ID"],
        max_age=600,
    )
    app.register_blueprint(health.bp)
    app.register_blueprint(things.bp, url_prefix="/v1/things")

    app.before_request(clock.start_clock)
    app.after_request(clock.add_elapsed)
    app.teardown_request(clock.drop_clock)

    app.register_error_handler(404, errors.answer_not_found)
    app.register_error_handler(HTTPException, errors.answer_http_error)
    app.register_error_handler(things.UnknownColourError, errors.answer_unknown_colour)

    app.wsgi_app = RequestIds(app.wsgi_app, header="X-Request-ID")  # type: ignore[method-assign]
    return app
