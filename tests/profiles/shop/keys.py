"""What is locked."""


def decode(text: str) -> bytes:
    """Return a key of its text."""
    return text.encode()
