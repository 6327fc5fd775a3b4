"""Test that uses which are certain to fail are said before running, as running says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler.linting.engine import Linter
from assembler.linting.selection import build_selection
from assembler.policy import Policy, Settings
from tests.support.projects import HEAD, assemble_text, get_diagnostics, in_folder, write_files

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Diagnostic

SHOP = """\
import functools
import logging
from dataclasses import dataclass
import click
from flask import Blueprint, Flask

class Mail:
    def __init__(self, sender, *, timeout_seconds=3): ...
    def init_app(self, app, prefix="", **settings): ...

class Strict:
    def init_app(self, app, place, /, *names): ...

class Child(Mail):
    pass

class Plain:
    pass

@dataclass
class Data:
    size: int = 1
    def init_app(self, app): ...

class Built(Mail):
    def __new__(cls, anything):
        return Mail("x")

class Handler(logging.StreamHandler):
    def __init__(self, shade="red"):
        super().__init__()

class Middleware:
    def __init__(self, app, deep=False):
        self.app = app
    def __call__(self, environ, start_response):
        return self.app(environ, start_response)

class Error(Exception):
    pass

mail = Mail("me")
plain = Plain()
data = {"a": 1}
blueprint = Blueprint("shop", __name__)
handler = Handler()
middleware = Middleware(None)
web = Flask("shop")

def start(app, colour, *, size=3): ...
def free(size=3): ...
def anything(app, **options): ...
def make(): return Mail("x")
def view(*args, **options): return "x"
def error(error): return "x"
start_later = functools.partial(start, colour="red")
start_free = lambda app, tone=1: None

@functools.cache
def cached(app): ...

@click.command()
def command(): ...
"""
MODULE = "def init_app(app, shade='red'): ...\n"
FILES = {"shop.py": SHOP, "pack/__init__.py": "", "pack/ext.py": MODULE, "pack/none.py": "x = 1\n"}


def step(text: str) -> str:
    """Return a profile with one extension step."""
    return f"extensions:\n  - {{{text}}}\n"


def lint(folder: Path, text: str) -> list[Diagnostic]:
    """Lint a profile beside the modules."""
    write_files(folder, {"profile.yaml": HEAD + text, "project.py": "", **FILES})
    with in_folder(folder):
        linter = Linter(Policy(None, Settings()), build_selection(["ASM5"], []))
        return list(linter.lint_text((HEAD + text).encode(), "profile.yaml").diagnostics)


def shorten(found: Diagnostic) -> tuple[object, ...]:
    """Return what must be the same, whoever finds it."""
    return (found.code, found.message, found.hint, found.place.span)


@pytest.mark.parametrize(
    "text",
    [
        step("use: 'shop:Mail'"),
        step("use: 'shop:Mail', with: {sendr: x}"),
        step("use: 'shop:Mail', with: {sendr: x, size: 1}"),
        step("use: 'shop:Child', with: {sender: x, tmeout_seconds: 1}"),
        step("use: 'shop:Mail', with: {sender: x}, init: {app: 1}"),
        step("use: 'shop:mail', with: {app: 1}"),
        step("use: 'shop:mail', init: {prefix: x}"),
        step("use: 'shop:Strict'"),
        step("use: 'shop:Strict', init: {place: x, names: 1}"),
        step("use: 'shop:Strict', init: {names: []}"),
        step("use: 'shop:Plain', as: extension"),
        step("use: 'shop:Plain', as: function, with: {a: 1}"),
        step("use: 'shop:Plain'"),
        step("use: 'shop:plain'"),
        step("use: 'shop:plain', as: call"),
        step("use: 'shop:plain', as: extension"),
        step("use: 'shop:data'"),
        step("use: 'shop:data', as: before_request"),
        step("use: 'pack.none'"),
        step("use: 'pack.none', as: extension"),
        step("use: 'pack.ext', with: {shde: x}"),
        step("use: 'pack.ext', init: {shade: x}"),
        step("use: 'shop:start'"),
        step("use: 'shop:start', with: {color: red}"),
        step("use: 'shop:start', with: {colour: red}, init: {a: 1}"),
        step("use: 'shop:start', as: function, with: {colour: red}"),
        step("use: 'shop:start_free', with: {tune: 1}"),
        step("use: 'shop:start', as: blueprint"),
        step("use: 'shop:Mail', as: blueprint"),
        step("use: 'shop:mail', as: blueprint"),
        step("use: 'shop:data', as: blueprint"),
        step("use: 'pack.ext', as: blueprint"),
        step("use: 'shop:blueprint', with: {url_prefx: /x}"),
        step("use: 'shop:blueprint', init: {url_prefix: /x}"),
        step("use: 'shop:blueprint', as: command"),
        step("use: 'shop:start', as: command"),
        step("use: 'shop:Handler', with: {shde: x}"),
        step("use: 'shop:Handler', init: {leval: x}"),
        step("use: 'shop:handler', with: {leval: x}"),
        step("use: 'shop:start', as: log_handler"),
        step("use: 'shop:mail', as: log_handler"),
        step("use: 'shop:Middleware', as: middleware, with: {dep: 1}"),
        step("use: 'shop:mail', as: middleware"),
        step("use: 'shop:free', as: middleware, with: {size: 1}"),
        step("use: 'shop:error', as: error_handler"),
        step("use: 'shop:error', as: error_handler, with: {for: 404, also: 405}"),
        step("use: 'shop:data', as: error_handler, with: {for: 404}"),
        step("use: 'shop:middleware', as: mount"),
        step("use: 'shop:middleware', as: mount, with: {path: /x, pth: /y}"),
        step("use: 'shop:middleware', as: mount, with: {path: x}"),
        step("use: 'shop:data', as: mount, with: {path: /x}"),
        step("use: 'shop:view', as: add_url_rule"),
        step("use: 'shop:view', as: before_request, with: {name: x}"),
        step("use: 'shop:view', as: template_filter, with: {nme: x}"),
        step("use: 'shop:anything', with: {a: {$call: 'shop:start'}}"),
        step("use: 'shop:anything', with: {a: {$call: 'shop:start', args: [1, 2, 3]}}"),
        step("use: 'shop:anything', with: {a: {$call: 'shop:data'}}"),
        step("use: 'shop:anything', with: {a: {$call: 'shop:plain'}}"),
        step("use: 'shop:mail.init_app', as: function, with: {a: 1}"),
        "config:\n  - {use: 'shop:start', with: {tone: 1}}\n",
    ],
)
def test_misuse_has_the_words_of_running_it(tmp_path: Path, text: str) -> None:
    """The code, the message, the hint and the place are those of running it."""
    said = sorted(map(shorten, lint(tmp_path, text)), key=str)
    assert said
    assert said == sorted(map(shorten, get_diagnostics(tmp_path, text, FILES)), key=str)


@pytest.mark.parametrize(
    "text",
    [
        step("use: 'shop:Mail', with: {sender: x}, init: {prefix: x, more: y}"),
        step("use: 'shop:Child', with: {sender: x, timeout_seconds: 1}"),
        step("use: 'shop:Data', with: {size: 2}"),
        step("use: 'shop:Built', with: {anything: 2}"),
        step("use: 'shop:mail', with: {prefix: x}"),
        step("use: 'shop:make', as: extension, init: {prefix: x}"),
        step("use: 'shop:Strict', init: {place: x, names: [a, b]}"),
        step("use: 'pack.ext', with: {shade: x}"),
        step("use: 'shop:start', with: {colour: red}"),
        step("use: 'shop:start_later', with: {size: 1}"),
        step("use: 'shop:start_free', with: {tone: 1}"),
        step("use: 'shop:free', as: function"),
        step("use: 'shop:cached'"),
        step("use: 'shop:command'"),
        step("use: 'shop:command', as: command, with: {name: x}"),
        step("use: 'shop:blueprint', with: {url_prefix: /x, name: y}"),
        step("use: 'shop:Handler', with: {shade: x}, init: {level: INFO}"),
        step("use: 'shop:handler', with: {level: INFO}"),
        step("use: 'shop:Middleware', as: middleware, with: {deep: 1}"),
        step("use: 'shop:middleware', as: mount, with: {path: /x}"),
        step("use: 'shop:error', as: error_handler, with: {for: [404, 'shop:Error']}"),
        step("use: 'shop:view', as: add_url_rule, with: {rule: /x, methods: [POST]}"),
        step("use: 'shop:view', as: template_filter, with: {name: x}"),
        step("use: 'shop:anything', with: {a: {$call: 'shop:start', args: [1, 2]}}"),
        step("use: 'flask_login:LoginManager'"),
        step("use: 'flask_cors:CORS'"),
        step("use: 'logging:StreamHandler'"),
    ],
)
def test_sound_use_is_clean(tmp_path: Path, text: str) -> None:
    """Whatever is not certain, too."""
    assert lint(tmp_path, text) == []
    assemble_text(tmp_path, text, FILES)


@pytest.mark.parametrize(
    ("app", "code"),
    [
        ("use: 'shop:Mail', with: {sender: x}", "ASM512"),
        ("use: 'shop:data'", "ASM512"),
        ("use: 'shop:web'", "ASM512"),
        ("use: 'shop:start', with: {app: x, clour: x}", "ASM508"),
    ],
)
def test_app_that_is_not_a_flask_is_reported(tmp_path: Path, app: str, code: str) -> None:
    """A class of something else, a value, an app that is made already; and wrong arguments."""
    write_files(tmp_path, FILES)
    text = f"version: 1\napp: {{{app}}}\n"
    with in_folder(tmp_path):
        linter = Linter(Policy(None, Settings()), build_selection(["ASM5"], []))
        found = linter.lint_text(text.encode(), "profile.yaml").diagnostics
    assert [one.code for one in found] == [code]


def test_misuse_is_a_warning_where_the_step_may_be_skipped(tmp_path: Path) -> None:
    """The app boots without it."""
    text = step("use: 'shop:start', on_error: skip")
    assert [one.severity for one in lint(tmp_path, text)] == ["warning"]
    assemble_text(tmp_path, text, FILES)
