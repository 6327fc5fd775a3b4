"""Where converters are declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from werkzeug.routing import BaseConverter

__all__ = ["CONVERTERS"]

CONVERTERS: dict[str, type[BaseConverter]] = {}
