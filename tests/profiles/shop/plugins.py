"""What others bring."""


def discover(group: str) -> list[str]:
    """Return the plugins of a group."""
    return [group]
