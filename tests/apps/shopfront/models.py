"""Customers and what they may buy."""

from __future__ import annotations

from flask_login import UserMixin
from sqlalchemy.orm import Mapped, mapped_column

from shopfront import db, login

__all__ = ["Article", "Customer", "find_customer"]


class Customer(UserMixin, db.Model):  # type: ignore[name-defined, misc]  # made by the extension
    """Somebody who may log in."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Article(db.Model):  # type: ignore[name-defined, misc]  # made by the extension
    """Something to buy."""

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)
    price_cents: Mapped[int]
    in_stock: Mapped[int] = mapped_column(default=0)


@login.user_loader  # type: ignore[untyped-decorator]  # the extension has no types
def find_customer(customer_id: str) -> Customer | None:
    """Find the customer of a session."""
    return db.session.get(Customer, int(customer_id))
