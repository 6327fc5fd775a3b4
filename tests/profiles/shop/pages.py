"""What is shown."""

from flask import Blueprint

bp = Blueprint("pages", __name__)


def globals() -> dict[str, object]:  # noqa: A001 - as a profile names it
    """Return what every page may show."""
    return {"currency": "EUR"}


def money(cents: int) -> str:
    """Show a price."""
    return f"{cents / 100:.2f}"


def is_sold_out(count: int) -> bool:
    """Return whether none is left."""
    return count == 0


def asset(name: str) -> str:
    """Return where a file of the pages is."""
    return f"/assets/{name}"
