"""Return which step came too early, instead of failing somewhere later."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["DisorderError", "require_steps"]


class DisorderError(RuntimeError):
    """A step ran before one that it needs."""


def require_steps(app: Flask, step: str, *needed: str) -> None:
    """Raise `DisorderError` unless each of the `needed` steps left its mark on the app."""
    missing = [name for name in needed if name not in app.extensions]
    if missing:
        message = f"{step} came before {', '.join(missing)}"
        raise DisorderError(message)
