"""The converters; importing this declares them."""

from __future__ import annotations

from werkzeug.routing import BaseConverter

from ops_console.routing import CONVERTERS

__all__ = ["KindConverter"]


class KindConverter(BaseConverter):
    """The kind of a check: lower-case letters."""

    regex = "[a-z]+"


CONVERTERS["kind"] = KindConverter
