"""What the profiles here name."""  # noqa: INP001 - the folder is a project's, found by its path

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, Flask
from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Mapping

pages = Blueprint("pages", __name__)
nothing = 7
run = os.system  # a name of ours for somebody else's object
later_run = partial(os.system, "true")
EMPTY: dict[str, object] = {}


class Mailer:
    """An extension that takes a host."""

    def __init__(self, host: str = "localhost") -> None:
        """Keep the host."""
        self.host = host

    def init_app(self, app: Flask, *, queue: bool = False) -> None:
        """Do nothing."""


class Settings(BaseModel):
    """What must be set."""

    TITLE: str
    BASKET_DAYS: int = 30


def register(app: Flask, *, strict: bool = False) -> None:
    """Take the app."""


def fail(app: Flask) -> None:
    """Fail as a library would, far below."""
    connect(app.name)


def connect(name: str) -> None:
    """Refuse to connect."""
    message = f"no route to the queue of {name}\nand a second line"
    raise ConnectionError(message)


def make_nothing(import_name: str) -> object:
    """Return no Flask."""
    return import_name


def make_failing(import_name: str) -> Flask:
    """Fail while the app is made."""
    raise LookupError(import_name)


def load_nothing() -> list[str]:
    """Return no mapping."""
    return []


def load_failing() -> Mapping[str, object]:
    """Fail while config is loaded."""
    return {"TITLE": EMPTY["title"]}


def divide(by: int = 0) -> float:
    """Divide one."""
    return 1 / by
