"""Blueprints, extensions and handlers in lists, and loops over them."""
from flask import Flask
from werkzeug.utils import import_string

from warehouse import ext
from warehouse.handlers import bad_request, gone, server_error
from warehouse.hooks import count, stamp

EXTENSIONS = [ext.db, ext.cache, ext.login]

BLUEPRINTS = [
    ("warehouse.blueprints.shelves:bp", "/shelves"),
    ("warehouse.blueprints.pallets:bp", "/pallets"),
    ("warehouse.blueprints.status:bp", None),
]

HANDLERS = {400: bad_request, 410: gone, 500: server_error}

FILTERS = {"kilos": ext.kilos, "litres": ext.litres}


def create_app(settings="warehouse.settings.Development"):
    app = Flask("warehouse")
    app.config.from_object(settings)
    app.config.from_prefixed_env("WAREHOUSE")

    for extension in EXTENSIONS:
        extension.init_app(app)

    for path, prefix in BLUEPRINTS:
        app.register_blueprint(import_string(path), url_prefix=prefix)

    for code, handler in HANDLERS.items():
        app.register_error_handler(code, handler)

    for name in FILTERS:
        app.add_template_filter(FILTERS[name], name)

    for hook in (count, stamp):
        app.after_request(hook)

    for key in ("SHELVES", "PALLETS"):
        app.config.setdefault(key, 10)

    app.jinja_env.filters.update(FILTERS)
    return app
