"""What the worker does; each task runs in the context of its process's app."""

from __future__ import annotations

from celery import shared_task
from flask import current_app

from @package@.models import Note, db


@shared_task
def count_words(note_id: int) -> int:
    """Log how many words a note has, and return it."""
    note = db.session.get(Note, note_id)
    words = 0 if note is None else len(note.text.split())
    current_app.logger.info("note %d has %d words", note_id, words)
    return words
