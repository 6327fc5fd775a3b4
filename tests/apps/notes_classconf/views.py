"""The notes over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, request

from notes_classconf.database import Category, Note, db
from notes_classconf.markup import markup

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

__all__ = ["add_note", "bp", "list_notes"]

bp = Blueprint("notes", __name__, url_prefix="/notes")


@bp.get("/<category>")
def list_notes(category: str) -> ResponseReturnValue:
    """List one page of a category's notes, rendered."""
    entry = db.one_or_404(db.select(Category).filter_by(name=category))
    limit = current_app.config["NOTES_PER_PAGE"]
    query = db.select(Note.text).filter_by(category_id=entry.id).order_by(Note.id).limit(limit)
    notes = [markup.render(text) for text in db.session.scalars(query)]
    return {"notes": notes, "url": f"{current_app.config['NOTES_URL']}/{category}"}


@bp.post("/<category>")
def add_note(category: str) -> ResponseReturnValue:
    """Write a note."""
    entry = db.one_or_404(db.select(Category).filter_by(name=category))
    db.session.add(Note(category_id=entry.id, text=request.form["text"]))
    db.session.commit()
    return "", 201
