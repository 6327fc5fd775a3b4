"""Assemble the desk by hand."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from flask import Flask

from tenant_desk.pages import bp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

__all__ = ["create_app"]


def create_app(tenant: Mapping[str, Any]) -> Flask:
    """Make the desk of this tenant, who has the last word."""
    app = Flask("tenant_desk")
    app.config.from_pyfile("desk.cfg")
    app.config.from_file("desk.toml", load=load_desk, text=False)
    app.config.from_mapping(tenant)
    app.register_blueprint(bp, url_prefix="/desk")
    return app


def load_desk(file: BinaryIO) -> Any:  # noqa: ANN401 - TOML holds anything
    """Return the desk's own table."""
    return tomllib.load(file)["tool"]["desk"]
