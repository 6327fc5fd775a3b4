"""What templates may use."""

from __future__ import annotations

import re
from typing import Any

from flask import current_app, g, url_for
from markupsafe import Markup, escape

__all__ = ["is_stub", "link_words", "offer_wiki"]

STUB_LETTERS = 20


def offer_wiki() -> dict[str, Any]:
    """Give templates the wiki's name and the language."""
    return {"wiki_name": current_app.config["WIKI_NAME"], "language": g.language}


def link_words(text: str) -> Markup:
    """Turn each `[[Word]]` into a link to that page."""

    def link(found: re.Match[str]) -> str:
        return f'<a href="{url_for("wiki.page", title=found[1])}">{found[1]}</a>'

    return Markup(re.sub(r"\[\[(\w+)\]\]", link, str(escape(text))))  # noqa: S704 - escaped above


def is_stub(text: str) -> bool:
    """Return whether a page is too short to count as one."""
    return len(text) < STUB_LETTERS
