"""The history: an extension that adds its views to a blueprint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from plugin_wiki.store import PAGES

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

__all__ = ["Revisions", "build_history", "revisions"]


def build_history() -> Blueprint:
    """Make the blueprint of one app; the extension fills it before it is registered."""
    return Blueprint("history", __name__)


class Revisions:
    """The last revisions of each page."""

    def init_app(self, blueprint: Blueprint, *, limit: int) -> None:
        """Add the view of the last `limit` revisions to a blueprint."""

        def show(title: str) -> ResponseReturnValue:
            return {"title": title, "revisions": PAGES.get(title, [])[-limit:]}

        blueprint.add_url_rule("/<title>", "show", show)


revisions = Revisions()
