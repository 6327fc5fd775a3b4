"""Names that schemas use before there is anything behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.models import OrderOut

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:  # noqa: ARG001 - every extension has this form
    """Complete the schemas."""
    OrderOut.model_rebuild()
