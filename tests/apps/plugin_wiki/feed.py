"""The feed: a blueprint that registers itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from plugin_wiki.store import PAGES

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

__all__ = ["Feed", "build_feed", "list_titles"]


class Feed(Blueprint):
    """A blueprint with an `init_app`, as extensions with pages of their own have it."""

    def init_app(self, app: Flask) -> None:
        """Register the feed below its prefix, and say so in `app.extensions`."""
        app.register_blueprint(self, url_prefix="/feed")
        app.extensions["feed"] = self.name


def list_titles() -> ResponseReturnValue:
    """List the pages."""
    return sorted(PAGES)


def build_feed() -> Feed:
    """Make the feed of one app."""
    feed = Feed("feed", __name__)
    feed.add_url_rule("/", view_func=list_titles)
    return feed
