"""What is typed into a terminal."""

import click


@click.command()
def seed() -> None:
    """Fill the shop."""


def names() -> dict[str, object]:
    """Return what a shell knows."""
    return {"seed": seed}
