"""What the host of this installation grants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["HostingProvider", "init_app"]


@dataclass(frozen=True)
class HostingProvider:
    """The grants."""

    credits: int


def init_app(app: Flask) -> None:
    """Read the grants from config."""
    app.extensions["hosting_provider"] = HostingProvider(app.config["HOSTED_CREDITS"])
