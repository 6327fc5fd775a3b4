"""Names that schemas use before there is anything behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from big28.account_schema import AccountOut
from big28.order_schema import OrderOut

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:  # noqa: ARG001 - every extension has this signature
    """Complete the order's schema with the account's."""
    OrderOut.model_rebuild(_types_namespace={"AccountOut": AccountOut})
