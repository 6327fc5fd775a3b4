"""The tables."""

from __future__ import annotations

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = ["Base", "Category", "Note", "db", "seed_categories"]


class Base(DeclarativeBase):
    """The base of the models."""


db = SQLAlchemy(model_class=Base)


class Category(db.Model):  # type: ignore[name-defined, misc]  # made by the extension
    """A heading to keep notes under."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Note(db.Model):  # type: ignore[name-defined, misc]  # made by the extension
    """One note."""

    id: Mapped[int] = mapped_column(primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey(Category.id))
    text: Mapped[str]


def seed_categories(*names: str) -> None:
    """Add the categories that are not there yet; needs an app context."""
    known = set(db.session.scalars(db.select(Category.name)))
    db.session.add_all(Category(name=name) for name in names if name not in known)
    db.session.commit()
