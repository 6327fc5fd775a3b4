"""One half of a circle."""

from __future__ import annotations

from shop.circle_b import NAME  # noqa: F401 - which is not there yet

OTHER = "a"
