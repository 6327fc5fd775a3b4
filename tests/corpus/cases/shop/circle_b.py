"""The other half."""

from __future__ import annotations

from shop.circle_a import OTHER  # noqa: F401 - which is not there yet

NAME = "b"
