"""Assemble the notes by hand."""

from __future__ import annotations

from flask import Flask

from notes_classconf import commands, errors, views
from notes_classconf.configuration import Configuration
from notes_classconf.database import db, seed_categories
from notes_classconf.markup import markup, shout
from notes_classconf.quota import quota, refuse_long_notes

__all__ = ["create_app", "register_blueprints", "register_errors", "register_extensions"]


def create_app(config: type[Configuration] = Configuration) -> Flask:
    """Make the app with the values of this class."""
    app = Flask("notes_classconf")
    app.config.from_object(config)
    app.config["NOTES_URL"] = f"https://{app.config['NOTES_HOST']}/notes"
    app.config.setdefault("NOTES_PER_PAGE", 20)

    register_extensions(app)
    markup.add_rule("shout", shout)
    register_errors(app)
    with app.app_context():
        db.create_all()
        seed_categories("home", "work")
    register_blueprints(app)
    app.shell_context_processor(commands.offer_shell)
    app.cli.add_command(commands.purge)
    app.cli.add_command(commands.purge, "clean")
    return app


def register_extensions(app: Flask) -> None:
    """Give the extensions the app; the quota counts in the database."""
    db.init_app(app)
    quota.init_app(app, db, on_excess=refuse_long_notes, limit_characters=200)
    markup.init_app(app)


def register_errors(app: Flask) -> None:
    """Answer every error in plain text."""
    for code in (404, 413):
        app.register_error_handler(code, errors.answer_plainly)


def register_blueprints(app: Flask) -> None:
    """Add the views."""
    app.register_blueprint(views.bp)
