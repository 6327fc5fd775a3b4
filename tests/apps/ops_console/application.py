"""The Flask subclass: it takes every converter that was declared by the time it is made."""

from __future__ import annotations

from typing import Any

from flask import Flask

from ops_console.routing import CONVERTERS

__all__ = ["OpsFlask"]


class OpsFlask(Flask):
    """A Flask with the console's converters."""

    def __init__(self, import_name: str, **options: Any) -> None:  # noqa: ANN401 - Flask's own options
        """Make the app and add the converters."""
        super().__init__(import_name, **options)
        self.url_map.converters.update(CONVERTERS)
