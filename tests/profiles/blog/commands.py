"""What is typed into a terminal."""

import click


@click.command()
def init_db() -> None:
    """Make the tables."""
