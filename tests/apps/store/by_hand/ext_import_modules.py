"""Modules that are to be known before anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:  # noqa: ARG001 - every extension has this form
    """Import them."""
    import store.models
    import store.tasks  # noqa: F401 - its tasks are known then
