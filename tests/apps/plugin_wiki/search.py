"""Search: a class that is called with the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

__all__ = ["Search"]


class Search:
    """An index of pages, and the view that asks it."""

    def __init__(self, app: Flask, *, minimum_letters: int = 1) -> None:
        """Add the view `/search` to `app`; shorter questions are refused."""
        self.minimum_letters = minimum_letters
        self.texts: dict[str, str] = {}
        app.extensions["search"] = self
        app.add_url_rule("/search", "search", self.answer)

    def add(self, title: str, text: str) -> None:
        """Index a page."""
        self.texts[title] = text.casefold()

    def answer(self) -> ResponseReturnValue:
        """List the titles of the pages that have the text."""
        wanted = request.args.get("text", "").casefold()
        if len(wanted) < self.minimum_letters:
            return {"error": f"at least {self.minimum_letters} letters"}, 400
        return sorted(title for title, text in self.texts.items() if wanted in text)
