"""Everything in capitals."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["setup"]


def setup(app: Flask) -> None:
    """Rewrite each text."""
    app.extensions["wiki_rewriters"]["shouting"] = str.upper
