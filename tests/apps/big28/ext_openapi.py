"""The description of the API, made of the rules there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from big28.ordering import DisorderError

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

__all__ = ["OpenApiRouter", "init_app"]


class OpenApiRouter:
    """Describes the rules below one prefix that the app has when this is made."""

    def __init__(self, app: Flask, *, prefix: str, title: str) -> None:
        """Read the rules, and serve what was found at `/openapi.json`."""
        rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(prefix)]
        if not rules:
            message = "openapi came before blueprints"
            raise DisorderError(message)
        self.title = title
        self.version = app.config["VERSION"]
        self.paths: dict[str, dict[str, object]] = {}
        for rule in rules:
            methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            entry = self.paths.setdefault(rule.rule, {})
            entry.update({method.lower(): {"operationId": rule.endpoint} for method in methods})
        app.add_url_rule("/openapi.json", "openapi", self.describe)

    def describe(self) -> ResponseReturnValue:
        """Return the description."""
        info = {"title": self.title, "version": self.version}
        return {"openapi": "3.1.0", "info": info, "paths": self.paths}


def init_app(app: Flask) -> None:
    """Describe the service API."""
    app.extensions["openapi"] = OpenApiRouter(app, prefix="/v1", title="Orders")
