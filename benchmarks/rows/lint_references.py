"""Measure what it costs to look up object references in a large project, without importing it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.lint_project import LINT, Commands, open_project
from benchmarks.measuring import Row
from benchmarks.quotients import Line, Reach

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["ROW"]

MODULES, REFERENCES, PACKAGES = 1500, 28, 30
HEAD = "version: 1\napp:\n  with: {import_name: shop}\nextensions:\n"
# About what a module of an app has: some 60 lines that bind, define and import.
MODULE = '''\
"""Module {0} of the shop."""

import json
import logging
from dataclasses import dataclass

from flask import Blueprint, current_app

logger = logging.getLogger(__name__)
blueprint = Blueprint("part{0}", __name__)
LIMIT = {0}


@dataclass
class Item:
    """One item."""

    name: str
    price: int = 0

    def describe(self) -> str:
        return f"{{self.name}}: {{self.price}}"


class Extension:
    """What the app is given."""

    def __init__(self, app=None, *, limit=LIMIT):
        self.limit = limit
        if app is not None:
            self.init_app(app)

    def init_app(self, app, prefix="/"):
        app.extensions["part{0}"] = self
        logger.info("part %s at %s", self.limit, prefix)


extension = Extension()


@blueprint.get("/items")
def list_items():
    items = [Item(str(number), number) for number in range(LIMIT)]
    return json.dumps([item.describe() for item in items])


def is_enabled():
    return current_app.config.get("PART{0}", True)


def init_app(app):
    if not is_enabled():
        return
    app.register_blueprint(blueprint)
    extension.init_app(app)
'''


@contextmanager
def open_sides() -> Iterator[Commands]:
    """Write the modules, a profile that names 28 of them, and one of as many catalogue names."""
    with open_project(profiles=0) as folder:
        _write_modules(folder)
        numbers = range(0, MODULES, MODULES // REFERENCES)[:REFERENCES]
        own = "".join(
            f"  - use: shop.p{number % PACKAGES}.m{number}:extension\n" for number in numbers
        )
        named = "".join(
            f"  - use: attributes\n    name: a{number}\n    with: {{shop_{number}: {number}}}\n"
            for number in range(REFERENCES)
        )
        (folder / "profiles" / "own.yaml").write_text(HEAD + own, "utf-8")
        (folder / "profiles" / "named.yaml").write_text(HEAD + named, "utf-8")
        yield Commands(folder, (*LINT, "profiles/own.yaml"), (*LINT, "profiles/named.yaml"))


def _write_modules(folder: Path) -> None:
    for number in range(MODULES):
        package = folder / "shop" / f"p{number % PACKAGES}"
        package.mkdir(exist_ok=True)
        (package / "__init__.py").touch()
        (package / f"m{number}.py").write_text(MODULE.format(number), "utf-8")


ROW = Row(
    name="lint_references",
    summary="28 object references in a project of 1,500 modules, and 28 catalogue names",
    open_sides=open_sides,
    lines=(
        Line(
            *("lint, 28 references, 1,500 modules", "28 catalogue names", "seconds", "s"),
            reach=Reach(2),
        ),
    ),
    pairs=21,
)
