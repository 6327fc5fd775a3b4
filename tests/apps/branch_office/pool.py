"""A pool of desks that a function opens, and another closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["close_pool", "open_pool"]


def open_pool(owner: Flask, desks: int) -> list[str]:
    """Open the desks of an app."""
    pool = owner.extensions["pool"] = [f"{owner.name} {number}" for number in range(desks)]
    return pool


def close_pool() -> None:
    """Close the desks of the current app."""
    current_app.extensions["pool"].clear()
