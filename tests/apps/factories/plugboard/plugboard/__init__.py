import importlib
import os
import pkgutil

from flask import Blueprint, Flask
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


def discover(app):
    """Register every blueprint of every module in plugboard.plugins."""
    from plugboard import plugins

    found = []
    for info in sorted(pkgutil.iter_modules(plugins.__path__), key=lambda info: info.name):
        if info.name in app.config["DISABLED_PLUGINS"]:
            continue
        module = importlib.import_module(f"{plugins.__name__}.{info.name}")
        for value in vars(module).values():
            if isinstance(value, Blueprint):
                app.register_blueprint(value, url_prefix=f"/{info.name}")
        if hasattr(module, "setup"):
            module.setup(app)
        found.append(info.name)
    app.extensions["plugins"] = found


def create_app(config=None):
    app = Flask(__name__)
    app.config.from_mapping(
        SQLALCHEMY_DATABASE_URI=os.environ.get("PLUGBOARD_DB", "sqlite://"),
        DISABLED_PLUGINS=["broken"],
        SEED=True,
    )
    if config:
        app.config.from_mapping(config)
    # plugins may look at this
    app.url_map.strict_slashes = False
    db.init_app(app)

    discover(app)

    with app.app_context():
        from plugboard import models  # noqa: F401

        db.create_all()
        if app.config["SEED"]:
            models.seed(["lamp", "motor"])
        from plugboard import routes

        app.register_blueprint(routes.main)

    return app
