"""What happens around each request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask, Response


def register(app: Flask, *, strict: bool = False) -> None:
    """Hang up what the shop needs."""
    app.extensions["shop.hooks"] = strict


def load_user() -> None:
    """Know who asks."""


def forget_user(error: BaseException | None = None) -> None:
    """Know it no more."""


def add_headers(response: Response) -> Response:
    """Return who answers."""
    response.headers["X-Shop"] = "1"
    return response


def pull_language(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the language out of the address."""


def push_language(endpoint: str, values: dict[str, Any]) -> None:
    """Put the language into the address."""
