"""What is locked."""


def decode(text: str) -> bytes:
    """Give a key of its text."""
    return text.encode()
