"""Tasks run in the test's process, at once."""

from @package@.models import Note, db
from @package@.tasks import count_words


def test_words_are_counted(client):
    """Of a note that is in the database."""
    with client.application.app_context():
        note = Note(text="buy some milk")
        db.session.add(note)
        db.session.commit()

        assert count_words.delay(note.id).get() == 3
