"""Assemble the office by hand."""

from __future__ import annotations

import atexit
import logging

from flask import Flask

from branch_office import making, parts, pool

__all__ = ["create_app"]


def create_app(branch: str, *, hall: str = "main") -> Flask:
    """Make the office of a branch in a hall."""
    app = Flask("branch_office")
    app.config.from_mapping(GREETING="Good day", QUEUE_LENGTH=3, BRANCH=branch, HALL=hall)

    parts.storage.init_app(app)
    parts.archive.init_app(app)
    parts.index.init_app(app)
    parts.mail.init_app(app)
    parts.make_queue(app.config["QUEUE_LENGTH"]).init_app(app, is_strict=True)
    parts.Ledger(app, "EUR")
    pool.open_pool(app, desks=2)
    atexit.register(_close, app)

    app.register_blueprint(making.make_pages(branch), url_prefix="/office")
    app.cli.add_command(making.make_command(app.config["GREETING"]), name="welcome")
    handler = making.make_handler(branch)
    handler.name = "branch_office.making:make_handler"
    # Apps of one name share their logger.
    for old in [one for one in app.logger.handlers if one.name == handler.name]:
        app.logger.removeHandler(old)
    handler.setLevel(logging.WARNING)
    app.logger.addHandler(handler)
    stamp = making.make_stamp("X-Branch")
    app.wsgi_app = stamp(app.wsgi_app, branch)  # type: ignore[method-assign]
    return app


def _close(app: Flask) -> None:
    with app.app_context():
        pool.close_pool()
