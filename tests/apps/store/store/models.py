"""What the store knows, and the rules of its trade."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from blinker import Signal
from flask_login import UserMixin
from flask_sqlalchemy import SQLAlchemy
from pydantic import BaseModel
from sqlalchemy import ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Request

__all__ = [
    "Account",
    "AccountOut",
    "Order",
    "OrderLog",
    "OrderOut",
    "Product",
    "Quota",
    "db",
    "half_price",
    "load_account",
    "load_caller",
    "order_placed",
]

db = SQLAlchemy()
order_placed = Signal("an order was placed; sends the app, and the order as `order`")


class Account(UserMixin, db.Model):  # type: ignore[name-defined,misc]
    """Somebody who buys."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    token: Mapped[str]


class Product(db.Model):  # type: ignore[name-defined,misc]
    """What there is to buy."""

    sku: Mapped[str] = mapped_column(primary_key=True)
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    stock: Mapped[int]


class Order(db.Model):  # type: ignore[name-defined,misc]
    """What somebody has bought."""

    number: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    sku: Mapped[str] = mapped_column(ForeignKey(Product.sku))
    amount: Mapped[int]
    total: Mapped[Decimal] = mapped_column(Numeric(10, 2))


class OrderOut(BaseModel):
    """An order as it is told, with an account that is only described below."""

    number: int
    sku: str
    total: Decimal
    account: AccountOut


class AccountOut(BaseModel):
    """An account as it is told."""

    name: str


@dataclass(frozen=True)
class Quota:
    """What the host grants."""

    most_pieces: int


class OrderLog:
    """A line for each order, in files."""

    def __init__(self, storage: Any) -> None:
        """Keep them in this storage: whatever has `put`, `get` and `list`."""
        self.storage = storage

    def add(self, order: Order) -> None:
        """Write the line of an order."""
        line = f"{order.number} {order.sku} {order.amount}\n"
        self.storage.put(f"orders/{order.number}", line.encode())

    def read(self) -> list[str]:
        """Return all lines."""
        paths = sorted(one["path"] for one in self.storage.list("orders"))
        return [bytes(self.storage.get(path)).decode().strip() for path in paths]


def half_price(total: Decimal) -> Decimal:
    """Return what is left of a total on a day of discounts."""
    return total / 2


def load_account(account_id: str) -> Account | None:
    """Return the account of a session."""
    return db.session.get(Account, int(account_id))


def load_caller(request: Request) -> Account | None:
    """Return the account of a request without a session, by its token."""
    token = _find_token(request.headers)
    return token and db.session.scalar(db.select(Account).filter_by(token=token))


def _find_token(headers: Mapping[str, str]) -> str | None:
    kind, _, token = headers.get("Authorization", "").partition(" ")
    return token if kind == "Bearer" else None
