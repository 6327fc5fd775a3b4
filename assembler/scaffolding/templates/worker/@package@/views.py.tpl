"""What is served."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request
from sqlalchemy import select

from @package@.models import Note, db
from @package@.tasks import count_words

blueprint = Blueprint("notes", __name__)


@blueprint.get("/")
def index() -> dict[str, str]:
    """Say where the notes are."""
    return {"notes": "/notes"}


@blueprint.get("/notes")
def list_notes() -> list[dict[str, Any]]:
    """List all notes, the newest first."""
    notes = db.session.scalars(select(Note).order_by(Note.id.desc()))
    return [describe(note) for note in notes]


@blueprint.post("/notes")
def add_note() -> tuple[dict[str, Any], int]:
    """Write a note down."""
    text = (request.get_json().get("text") or "").strip()
    if not text or len(text) > 200:
        abort(400, "a note has a text of at most 200 characters")
    note = Note(text=text)
    db.session.add(note)
    db.session.commit()
    count_words.delay(note.id)
    return describe(note), 201


def describe(note: Note) -> dict[str, Any]:
    """Return a note as it is answered."""
    return {"id": note.id, "text": note.text, "created_at": note.created_at.isoformat()}
