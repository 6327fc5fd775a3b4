"""The app answers."""


def test_index(assembled_client):
    """With a greeting."""
    assert assembled_client.get("/").json == {"hello": "world"}
