"""Notes are kept, and shown."""


def test_note_is_shown(client):
    """As text, whatever is in it."""
    page = client.post("/", data={"text": "<b>milk</b>"}, follow_redirects=True)

    assert page.status_code == 200
    assert "<li>&lt;b&gt;milk&lt;/b&gt;</li>" in page.text


def test_empty_note_is_rejected(client):
    """With a message, which is in the session."""
    page = client.post("/", data={"text": " "}, follow_redirects=True)

    assert "at most 200 characters" in page.text
    assert "<li>" not in page.text
