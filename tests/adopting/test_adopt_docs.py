"""The table of `docs/howto/adopt.md`: each row's Python becomes its row's YAML."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from assembler.adopting.adoption import build_drafts
from assembler.adopting.observed import Observed
from assembler.adopting.scopes import Names
from assembler.adopting.servers import Served
from assembler.adopting.survey import find_factory, survey
from assembler.adopting.writing import render_draft
from assembler.modules.module_index import ModuleIndex
from tests.support.projects import write_files

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "adopt.md"
ROW = re.compile(r"^\| ([^|`]+) \| `(.+?)` \| `(.+?)` \|$", re.MULTILINE)
PARTS = """\
class Part:
    def init_app(self, app, db=None, *, limit=0, on_excess=None, sender=None):
        pass


db = Part()
mail = Part()
quota = Part()
history = Part()


class Search:
    def __init__(self, app, minimum=1):
        pass


class Stamp:
    def __init__(self, app, header=""):
        pass


class NotFoundError(Exception):
    pass


class Config:
    @classmethod
    def init_app(cls, app):
        pass


class TestConfig(Config):
    pass


CONFIGS = {"default": Config, "testing": TestConfig}


def refuse(note): ...
def start(): ...
def answer(error): ...
def offer(): ...
def shout(text): ...
def greet(): ...
def seed(*names): ...
def reset(): ...
def listen(sender): ...
def metrics(environ, start_response): ...
def make_pages(prefix): ...


def load_plugins(app, package):
    for name in dir(package):
        app.register_blueprint(name)
"""
HEAD = """\
import json
import logging
import os

import click
import jinja2
import shop.parts
from flask import Blueprint, Flask, got_request_exception
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from shop.parts import *
from shop.parts import db, history, mail, quota

bp = Blueprint("pages", __name__)
database = SQLAlchemy()
login = LoginManager()
handler = logging.StreamHandler()


class ShopFlask(Flask):
    pass


@click.command()
def purge(): ...


"""


ROWS = [
    (kind, python.replace("\\|", "|"), said.replace("\\|", "|"))
    for kind, python, said in ROW.findall(PAGE.read_text("utf-8"))
]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Names:
    """Write a package with a factory for each row; it is read once."""
    folder = tmp_path_factory.mktemp("project")
    factories = [_build_factory(number, python) for number, (_, python, _) in enumerate(ROWS)]
    write_files(folder, {"shop/__init__.py": HEAD + "\n\n".join(factories), "shop/parts.py": PARTS})
    return Names(ModuleIndex([str(folder), *sys.path]), Observed())


def _build_factory(number: int, python: str) -> str:
    signature = "config=None"
    if python.startswith("def "):
        head, _, python = python.partition(": ")
        signature = head.removeprefix("def create_app(").removesuffix(")")
    statements = python.split("; ")
    if "Flask(" not in python:
        statements.insert(0, 'app = Flask("shop")')
    body = "".join(f"    {line}\n" for one in statements for line in _split(one))
    return f"def create_app_{number}({signature}):\n{body}    return app\n"


@pytest.mark.parametrize("number", range(len(ROWS)), ids=[kind for kind, _, _ in ROWS])
def test_row_of_the_page_is_what_adopt_writes(number: int, names: Names) -> None:
    """The steps are those, and nothing is left over."""
    wanted = yaml.safe_load(ROWS[number][2])

    profile = _adopt(names, f"shop:create_app_{number}")

    if isinstance(wanted, list):
        found = [*profile.get("config", []), *profile.get("extensions", [])]
        assert found == wanted
    else:
        assert {key: profile.get(key) for key in wanted} == wanted


def _split(statement: str) -> list[str]:
    """Return a statement of one line as the lines that it stands for: `if x: y`."""
    head, colon, body = statement.partition(": ")
    is_block = colon and re.match(r"(if|with|for|try) ", head)
    return [f"{head}:", *(f"    {line}" for line in _split(body))] if is_block else [statement]


def _adopt(names: Names, factory: str) -> dict[str, Any]:
    """Return the profile of a factory, as its source alone has it."""
    module = names.index.find_module("shop")
    assert module is not None
    assert module.file is not None
    folder = Path(module.file).parents[1] / "profiles"
    surveys = survey(names, find_factory(names, factory), folder, {})
    (draft,) = build_drafts(names.index, {"web.yaml": surveys[0]}, Served(), None).values()
    assert draft.todos == []
    profile: dict[str, Any] = yaml.safe_load(render_draft(draft))
    return profile


def test_page_has_a_row_for_every_kind() -> None:
    """Of those that hand-written factories have."""
    kinds = [kind for kind, _, _ in ROWS]

    assert len(kinds) == len(set(kinds))
    assert len(kinds) >= 60
