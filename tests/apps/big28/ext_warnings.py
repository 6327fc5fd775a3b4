"""Warnings that nobody needs to see again."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["OldClientWarning", "init_app"]


class OldClientWarning(DeprecationWarning):
    """A client still uses the first API."""


def init_app(app: Flask) -> None:  # noqa: ARG001 - every extension has this signature
    """Silence what old clients cause."""
    warnings.filterwarnings("ignore", category=OldClientWarning)
