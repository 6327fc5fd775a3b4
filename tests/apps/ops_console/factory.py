"""Assemble the console by hand."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from ops_console import areas, checks, logs
from ops_console.application import OpsFlask
from ops_console.metrics import metrics_app
from ops_console.timing import Timing

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["create_app", "create_flask"]


def create_flask() -> OpsFlask:
    """Make the bare app; its routes use converters that must be known by then."""
    logs.quieten("werkzeug")
    import_module("ops_console.converters")
    return OpsFlask("ops_console", static_folder="statics", static_url_path="/files")


def create_app() -> Flask:
    """Make the console; everything that may differ comes from `OPS_` variables."""
    app = create_flask()
    app.config.from_mapping(TITLE="console", DEPTH={"queue": 3})
    app.config.from_prefixed_env("OPS")
    app.config["TITLE"] = app.config["TITLE"].title()

    checks.reset()
    import_module("ops_console.disk_check")
    import_module("ops_console.queue_check")
    checks.seal()

    areas.build_tree(app)
    app.add_url_rule("/checks/<kind:kind>", view_func=checks.show)
    app.register_error_handler(checks.CheckFailedError, checks.answer_failure)
    app.register_error_handler(500, checks.answer_crash)
    app.jinja_env.trim_blocks = True
    app.cli.add_command(checks.group)

    # The last one is outermost: the timing counts what the others take as well.
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/metrics": metrics_app})  # type: ignore[method-assign]
    if os.environ.get("OPS_BEHIND_PROXY"):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1)  # type: ignore[method-assign]
    app.wsgi_app = Timing(app.wsgi_app)  # type: ignore[method-assign]
    return app
