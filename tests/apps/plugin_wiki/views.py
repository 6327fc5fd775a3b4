"""The pages over HTTP."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, render_template

from plugin_wiki.store import PAGES

__all__ = ["bp", "page"]

bp = Blueprint("wiki", __name__)


@bp.get("/<title>")
def page(title: str) -> str:
    """Show the last revision, as the plugins have it."""
    if title not in PAGES:
        abort(404)
    text = PAGES[title][-1]
    for rewrite in current_app.extensions["wiki_rewriters"].values():
        text = rewrite(text)
    return render_template("page.html", title=title, text=text)
