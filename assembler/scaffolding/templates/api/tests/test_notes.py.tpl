"""Notes are kept, and listed."""


def test_note_is_listed(client):
    """With its text, after it was written down."""
    added = client.post("/notes", json={"text": "buy milk"})

    assert added.status_code == 201
    assert [note["text"] for note in client.get("/notes").json] == ["buy milk"]


def test_empty_note_is_rejected(client):
    """And nothing is kept."""
    assert client.post("/notes", json={"text": " "}).status_code == 400
    assert client.get("/notes").json == []
