"""JSON by orjson."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from flask.json.provider import DefaultJSONProvider

if TYPE_CHECKING:
    from flask import Flask, Response

__all__ = ["OrjsonProvider", "init_app"]

OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_SORT_KEYS


class OrjsonProvider(DefaultJSONProvider):
    """Writes dates in ISO 8601."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """Write; orjson has no options for how."""
        if kwargs:
            return super().dumps(obj, **kwargs)
        return orjson.dumps(obj, self.default, OPTIONS).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """Read."""
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """Answer, in debug on several lines."""
        options = OPTIONS | (orjson.OPT_INDENT_2 if self._app.debug else 0)
        given = self._prepare_response_obj(args, kwargs)
        written = orjson.dumps(given, self.default, options)
        return self._app.response_class(written + b"\n", mimetype=self.mimetype)


def init_app(app: Flask) -> None:
    """Use it."""
    app.json = OrjsonProvider(app)
