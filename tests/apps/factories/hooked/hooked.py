"""One file, everything inside create_app."""
import os
import time
import uuid

import click
from flask import Flask, g, jsonify, render_template_string, request

DEFAULTS = dict(TITLE="Hooked", SLOW_SECONDS=1.0, FEATURES={"beta": False})


class NotAllowed(Exception):
    pass


def create_app(**overrides):
    app = Flask("hooked")
    app.config.update(DEFAULTS)
    app.config.update(overrides)
    if os.environ.get("HOOKED_TITLE"):
        app.config["TITLE"] = os.environ["HOOKED_TITLE"]
    slow = app.config["SLOW_SECONDS"]

    @app.before_request
    def start_timer():
        g.started = time.monotonic()
        g.request_id = request.headers.get("X-Request-ID", str(uuid.uuid4()))

    @app.after_request
    def add_headers(response):
        response.headers["X-Request-ID"] = g.request_id
        if time.monotonic() - g.started > slow:
            app.logger.warning("slow: %s", request.path)
        return response

    @app.teardown_appcontext
    def forget(exc):
        g.pop("request_id", None)

    @app.context_processor
    def inject_title():
        return {"title": app.config["TITLE"], "year": 2026}

    @app.template_filter("shout")
    def shout(text):
        return text.upper()

    app.jinja_env.globals.update(abs=abs, features=app.config["FEATURES"])
    app.jinja_env.add_extension("jinja2.ext.do")

    def require_beta():
        if not app.config["FEATURES"]["beta"]:
            raise NotAllowed("beta")

    @app.route("/")
    def home():
        return render_template_string("{{ title|shout }}")

    @app.route("/beta", methods=["GET", "POST"])
    def beta():
        require_beta()
        return "beta"

    @app.errorhandler(NotAllowed)
    def not_allowed(error):
        return jsonify(error=str(error)), 403

    @app.cli.command("greet")
    @click.argument("name")
    def greet(name):
        """Say hello."""
        click.echo(f"{app.config['TITLE']} says hello to {name}")

    @app.shell_context_processor
    def shell():
        return {"app": app, "DEFAULTS": DEFAULTS}

    return app
