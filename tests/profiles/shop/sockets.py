"""What is told while it happens."""


def register(server: object) -> None:
    """Register the handlers."""
