"""An extension that is added to after it was given the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

__all__ = ["Markup", "markup", "shout"]


def shout(text: str) -> str:
    """Write in capitals."""
    return text.upper()


class Markup:
    """Rules by name, each turning the text of a note into another."""

    def __init__(self) -> None:
        """Start without rules."""
        self.rules: dict[str, Callable[[str], str]] = {}

    def init_app(self, app: Flask) -> None:
        """Be there under `app.extensions["markup"]`."""
        app.extensions["markup"] = self

    def add_rule(self, name: str, rule: Callable[[str], str]) -> None:
        """Add a rule, or replace the one of this name."""
        self.rules[name] = rule

    def render(self, text: str) -> str:
        """Apply the rule that the text names before a colon, if it names one."""
        name, colon, rest = text.partition(":")
        rule = current_app.extensions["markup"].rules.get(name)
        return rule(rest.strip()) if colon and rule else text


markup = Markup()
