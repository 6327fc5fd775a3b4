"""The Flask subclass of the API: dates in JSON end in Z, and keys keep their order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider

__all__ = ["ApiFlask", "ApiJson"]


class ApiJson(DefaultJSONProvider):
    """Write JSON as the API's clients read it."""

    sort_keys = False

    @staticmethod
    def default(value: Any) -> Any:  # noqa: ANN401 - json hands over whatever it cannot write
        """Write an aware datetime in UTC with a Z; leave the rest to Flask."""
        if isinstance(value, datetime):
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return DefaultJSONProvider.default(value)


class ApiFlask(Flask):
    """A Flask whose JSON is the API's."""

    json_provider_class = ApiJson
