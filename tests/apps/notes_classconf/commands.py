"""What is done at the keyboard."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import with_appcontext

from notes_classconf.database import Category, Note, db, seed_categories

__all__ = ["offer_shell", "purge"]


@click.command("purge")
@click.option("--category", help="Only this category's notes.")
@with_appcontext
def purge(category: str | None) -> None:
    """Delete notes."""
    statement = db.delete(Note)
    if category:
        of_category = db.select(Category.id).filter_by(name=category).scalar_subquery()
        statement = statement.where(Note.category_id == of_category)
    deleted = db.session.scalars(statement.returning(Note.id)).all()
    db.session.commit()
    click.echo(f"{len(deleted)} deleted")


def offer_shell() -> dict[str, Any]:
    """Give the shell what the extension does not give it."""
    return {"seed": seed_categories}
