"""The shop's configurations, by name; each may have a hand in the app itself."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["CONFIGURATIONS", "Configuration", "Development", "Production", "Testing"]


class Configuration:
    """What all of them share."""

    CONFIGURATION = "base"
    SECRET_KEY = "for development only"  # noqa: S105 - an app of the tests, never deployed
    SHOP_NAME = "Corner shop"
    SQLALCHEMY_DATABASE_URI = "sqlite://"
    SSL_REDIRECT = False

    @classmethod
    def init_app(cls, app: Flask) -> None:
        """Leave a trace of the configuration that was chosen."""
        app.extensions["configuration"] = cls.CONFIGURATION


class Development(Configuration):
    """A developer's own machine."""

    CONFIGURATION = "development"


class Testing(Configuration):
    """A test run."""

    CONFIGURATION = "testing"
    TESTING = True


class Production(Configuration):
    """The shop on the net: only over TLS, and errors go to the operators."""

    CONFIGURATION = "production"
    SSL_REDIRECT = True

    @classmethod
    def init_app(cls, app: Flask) -> None:
        """Log warnings and worse for the operators."""
        super().init_app(app)
        # app.logger is one object for all apps of this name: once is enough.
        if not any(handler.name == "operators" for handler in app.logger.handlers):
            handler = logging.StreamHandler()
            handler.name = "operators"
            handler.setLevel(logging.WARNING)
            app.logger.addHandler(handler)


CONFIGURATIONS: dict[str, type[Configuration]] = {
    "default": Development,
    "development": Development,
    "production": Production,
    "testing": Testing,
}
