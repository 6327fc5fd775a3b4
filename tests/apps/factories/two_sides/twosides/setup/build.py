import logging.config

from flask import Flask
from flask_migrate import Migrate

from twosides.database import db
from twosides.settings import LOGGING


def new_app(debug):
    logging.config.dictConfig(LOGGING)
    app = Flask("twosides", template_folder="views")
    app.config.from_object("twosides.settings")
    app.config["DEBUG"] = debug
    app.config["JOBS"] = {"queue": app.config["QUEUE"], "retries": 3}
    return app


def add_database(app):
    db.init_app(app)
    Migrate(app, db, directory="alembic")
    with app.app_context():
        import twosides.models  # noqa: F401

        if app.config["CREATE_TABLES"]:
            db.create_all()
