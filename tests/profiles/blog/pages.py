"""What is shown."""


def not_found(error: Exception) -> tuple[str, int]:
    """Answer for what is not there."""
    return str(error), 404
