"""The tables."""

from __future__ import annotations

from flask_login import UserMixin
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from big28.engine import db

__all__ = ["Account", "Order"]


class Account(UserMixin, db.Model):  # type: ignore[name-defined, misc]  # made by the extension
    """Somebody who orders."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    token: Mapped[str] = mapped_column(unique=True)


class Order(db.Model):  # type: ignore[name-defined, misc]  # made by the extension
    """Something that was ordered."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    item: Mapped[str]
    price_cents: Mapped[int]
    account: Mapped[Account] = relationship()
