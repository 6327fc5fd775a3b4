"""Where labels are kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Name the folder; it is made with the first label."""
    app.extensions["storage"] = Path(app.instance_path, app.config["LABELS_FOLDER"])
