"""Has more than can be seen."""

from __future__ import annotations

import sys
from typing import Any

if sys.platform == "win32":

    def chosen(_app: object) -> None:
        """Do nothing there."""

else:

    def chosen(_app: object) -> None:
        """Do nothing here."""


def take_all(_app: object, **options: object) -> None:
    """Take the app and any options."""


def fail() -> int:
    """Raise."""
    raise LookupError("no price")


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever is asked for
    if name.startswith("register_"):
        return lambda _app: None
    raise AttributeError(name)
