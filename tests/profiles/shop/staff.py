"""Who works in the shop."""


def may_see() -> bool:
    """Return whether whoever asks may see the pages of the staff."""
    return False
