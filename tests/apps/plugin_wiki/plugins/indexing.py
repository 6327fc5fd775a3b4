"""Index what the wiki has, for the search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plugin_wiki.store import PAGES

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["setup"]


def setup(app: Flask) -> None:
    """Add every page to the search, which must be there."""
    for title, revisions in PAGES.items():
        app.extensions["search"].add(title, revisions[-1])
