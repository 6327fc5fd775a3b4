"""Make the app of ``profiles/guarded.yaml`` by hand, and be what ``gunicorn -k gevent`` loads."""

from __future__ import annotations

from flask import Flask

from benchmarks.shop import guards, views

__all__ = ["app"]

app = Flask("benchmarks.shop")
guards.identify(app)
guards.measure(app)
guards.allow_origins(app)
guards.protect(app)
app.register_blueprint(views.catalogue, url_prefix="/api")
