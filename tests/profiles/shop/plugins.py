"""What others bring."""


def discover(group: str) -> list[str]:
    """Give the plugins of a group."""
    return [group]
