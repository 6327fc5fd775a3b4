"""The records that every depot starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Open the gates."""
    for gate in app.config["GATES"]:
        app.extensions["store"].add("gates", name=gate)
