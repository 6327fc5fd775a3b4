"""What is served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from @package@.models import Note, db

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("notes", __name__, template_folder="templates")


@blueprint.get("/")
def index() -> str:
    """Show all notes, the newest first."""
    notes = db.session.scalars(select(Note).order_by(Note.id.desc())).all()
    return render_template("index.html", notes=notes)


@blueprint.post("/")
def add_note() -> Response:
    """Write a note down."""
    text = request.form.get("text", "").strip()
    if text and len(text) <= 200:
        db.session.add(Note(text=text))
        db.session.commit()
    else:
        flash("A note has a text of at most 200 characters.")
    return redirect(url_for(".index"))
