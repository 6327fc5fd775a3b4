"""Test that what cannot be used as a step says is found, and what may be usable is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Diagnostic

# The second one, so that no case is silent since its module cannot be imported.
RULES = ("wrong-adapter", "import-failed")
SHOP = """\
from flask import Blueprint
class Plain: ...
class Mail:
    def init_app(self, app): ...
class Own(Blueprint): ...
def make(): return Blueprint("made", __name__)
plain = Plain()
mail = Mail()
sizes = [1]
own = Own("own", __name__)
made = make()
"""
UNGUESSED = "cannot tell how to attach this {0} to the app: it has no init_app and cannot be called"


def lint(folder: Path, step: str, source: str = SHOP) -> list[Diagnostic]:
    """Lint a profile with one step, beside the module `shop.parts`."""
    files = {"shop/__init__.py": "", "shop/parts.py": source}
    files["elsewhere.py"] = "exec('class Base: ...')\n"
    text = f"version: 1\nextensions:\n  - {{{step}}}\n"
    return lint_files(folder, {**files, "web.yaml": text}, *RULES)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("use: 'shop.parts:sizes', as: blueprint", '"shop.parts:sizes" is not a blueprint'),
        ("use: 'shop.parts:Plain', as: blueprint", '"shop.parts:Plain" is not a blueprint'),
        ("use: 'shop.parts:mail', as: blueprint", '"shop.parts:mail" is not a blueprint'),
        ("use: 'shop.parts:Plain', as: extension", '"shop.parts:Plain" has no init_app'),
        ("use: 'shop.parts:mail', as: command", '"shop.parts:mail" is not a click command'),
        ("use: 'shop.parts:mail', as: log_handler", '"shop.parts:mail" is not a log handler'),
        ("use: 'shop.parts:sizes', as: function", '"shop.parts:sizes" cannot be called'),
        ("use: 'shop.parts', as: call", '"shop.parts" cannot be called'),
        ("use: 'shop.parts:plain'", UNGUESSED.format("Plain object")),
        ("use: 'shop.parts:sizes'", UNGUESSED.format("list object")),
        ("use: shop.parts", UNGUESSED.format("module")),
    ],
)
def test_an_object_that_does_not_fit_is_found(tmp_path: Path, step: str, message: str) -> None:
    """At the step's `use`, as running it would say."""
    (found,) = lint(tmp_path, step)
    assert render_found([found]) == [f"web.yaml:3:11 {message}"]
    assert found.severity == "error"


@pytest.mark.parametrize("more", ["on_error: skip", "when: {$config: PLAIN}"])
def test_where_the_app_may_boot_without_it_it_is_a_warning(tmp_path: Path, more: str) -> None:
    """The step is skipped when it fails, or may not run."""
    (found,) = lint(tmp_path, f"use: 'shop.parts:plain', {more}")
    assert found.severity == "warning"


@pytest.mark.parametrize(
    "step",
    [
        "use: 'shop.parts:mail'",
        "use: 'shop.parts:Mail'",
        "use: 'shop.parts:make'",
        "use: 'shop.parts:own', as: blueprint",
        "use: 'shop.parts:made', as: blueprint",
        "use: 'shop.parts:make', as: blueprint, init: {url_prefix: /made}",
        "use: 'shop.parts:Own', as: blueprint, with: {name: own, import_name: shop}",
        "use: 'shop.parts:Plain', as: call",
        "use: 'shop.parts:plain', when: false",
        "use: 'shop.parts:plain', when: {installed: no_such_package}",
    ],
)
def test_what_fits_or_is_not_certain_is_left_alone(tmp_path: Path, step: str) -> None:
    """A subclass, what a function made; and what does not run."""
    assert lint(tmp_path, step) == []


GIVEN = "class E:\n    def __init__(self, **given): {0}\nclass Child(E): ...\ne = Child()\n"


@pytest.mark.parametrize(
    "source",
    [
        GIVEN.format("self.init_app = print"),
        GIVEN.format("self.__dict__.update(given)"),
        GIVEN.format("setattr(self, 'init_' + 'app', print)"),
        "class E:\n    def __getattr__(self, name): return print\ne = E()\n",
        "class E:\n    def __getattribute__(self, name): return print\ne = E()\n",
        "class E: ...\ne = E()\ne.init_app = print\n",
        "class E: ...\ne = E()\nsetattr(e, 'init_app', print)\n",
        "class E: ...\nE.init_app = print\ne = E()\n",
        "import elsewhere\nclass E(elsewhere.Base): ...\ne = E()\n",
        "from elsewhere import *\nclass E(Base): ...\ne = E()\n",
        "from werkzeug.local import LocalProxy\ne = LocalProxy(print)\n",
        "def decorate(cls): ...\n@decorate\nclass E: ...\ne = E()\n",
        "class E:\n    def __new__(cls): return print\ne = E()\n",
        "from dataclasses import dataclass\n@dataclass\nclass E:\n    init_app: object\ne = E(1)\n",
        "e = None\ndef start():\n    global e\n    e = 1\n",
    ],
)
@pytest.mark.parametrize("more", ["", ", as: extension"])
def test_an_init_app_may_be_given_to_an_instance(tmp_path: Path, source: str, more: str) -> None:
    """By itself, by its class, by whoever makes it."""
    assert lint(tmp_path, f"use: 'shop.parts:e'{more}", source) == []


def test_an_object_may_say_of_which_class_it_is(tmp_path: Path) -> None:
    """A proxy is an instance of what it stands for."""
    proxy = "from werkzeug.local import LocalProxy\ne = LocalProxy(print)\n"
    assert lint(tmp_path, "use: 'shop.parts:e', as: blueprint", proxy) == []


def test_a_module_may_put_something_else_in_its_place(tmp_path: Path) -> None:
    """Which can be called, or has an `init_app`."""
    source = "import sys\nclass E:\n    def __call__(self, app): ...\nsys.modules[__name__] = E()\n"
    assert lint(tmp_path, "use: shop.parts, as: call", source) == []
    assert lint(tmp_path, "use: shop.parts", source) == []


COMMANDS = """\
import click
from flask import Blueprint
@click.command("one")
@click.option("--size")
def one(size): ...
@click.group
def group(): ...
@click.command(cls=Blueprint)
def other(): ...
def decorate(f): ...
@decorate
@click.command()
def wrapped(): ...
"""


@pytest.mark.parametrize(
    ("step", "found"),
    [
        ("use: 'shop.parts:one', as: blueprint", 1),
        ("use: 'shop.parts:group', as: blueprint", 1),
        ("use: 'shop.parts:one'", 0),
        ("use: 'shop.parts:group', as: command", 0),
        ("use: 'shop.parts:one', with: {name: first}", 0),
        ("use: 'shop.parts:other', as: blueprint", 0),
        ("use: 'shop.parts:wrapped', as: blueprint", 0),
    ],
)
def test_what_click_makes_of_a_function_is_a_command(tmp_path: Path, step: str, found: int) -> None:
    """Unless it is told to make something else, or another decorator comes after it."""
    assert len(lint(tmp_path, step, COMMANDS)) == found
