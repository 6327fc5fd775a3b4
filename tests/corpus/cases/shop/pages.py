"""The pages."""

from __future__ import annotations

from flask import Blueprint, Flask

pages = Blueprint("pages", __name__)
more_pages = Blueprint("pages", __name__, url_prefix="/more")


@pages.get("/")
def show_start() -> str:
    """Answer."""
    return "the shop"


def remember_address(app: Flask) -> None:
    """Take the app."""


def wrap(application: object) -> object:
    """Be a middleware that changes nothing."""
    return application


def register(app: Flask, *, currency: str) -> None:
    """Take the app and an option that has no default."""
    app.config["CURRENCY"] = currency


def add_rule_twice(app: Flask) -> None:
    """Register one endpoint for two functions, which Flask refuses."""
    app.add_url_rule("/a", "same", show_start)
    app.add_url_rule("/b", "same", lambda: "b")


class Mailer:
    """An extension."""

    def init_app(self, app: Flask) -> None:
        """Keep itself."""
        app.extensions["mailer"] = self
