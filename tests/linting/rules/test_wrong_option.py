"""Test that calls that their signatures do not fit are found, and none that may fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

# The second one, so that no case is silent since its module cannot be imported.
RULES = ("wrong-option", "import-failed")
MAIL = """\
from flask import Blueprint
class Mail:
    def __init__(self, sender, *, timeout_seconds=5): ...
    def init_app(self, app, prefix=""): ...
class Child(Mail): ...
def start(app, colour, size=1): ...
def load(path): ...
def init_app(app, shade="red"): ...
mail = Mail("me")
blueprint = Blueprint("shop", __name__)
class Bound:
    def __init__(self, app): ...
    def init_app(self, app): ...
def make(name): ...
"""


def lint(folder: Path, text: str, source: str = MAIL) -> list[str]:
    """Lint a profile that ends in ``text``, beside the module `shop.mail`."""
    files = {"shop/__init__.py": "", "shop/mail.py": source}
    files["shop/more.py"] = "def E(app, colour): ...\n"
    files["elsewhere.py"] = "exec('class Base: ...')\n"
    files["web.yaml"] = f"version: 1\n{text}\n"
    return render_found(lint_files(folder, files, *RULES))


@pytest.mark.parametrize(
    ("step", "key"),
    [
        ("use: 'shop.mail:Mail', with: {sendr: x}", "sendr"),
        ("use: 'shop.mail:Child', with: {sender: x, size: 1}", "size"),
        ("use: 'shop.mail:Mail', with: {sender: x}, init: {prefx: x}", "prefx"),
        ("use: 'shop.mail:mail', with: {prefx: x}", "prefx"),
        ("use: 'shop.mail:start', with: {colour: x, colr: x}", "colr"),
        ("use: shop.mail, with: {shde: x}", "shde"),
        ("use: 'shop.mail:blueprint', with: {url_prefx: /x}", "url_prefx"),
        ("use: 'shop.mail:make', as: blueprint, with: {name: x, nme: x}", "nme"),
        ("use: 'shop.mail:make', as: command, with: {name: x}, init: {nme: x}", "nme"),
        ("use: 'shop.mail:make', as: middleware, with: {nme: x}, init: {}", "nme"),
    ],
)
def test_an_option_that_is_not_taken_is_found(tmp_path: Path, step: str, key: str) -> None:
    """At the key, of whatever the step calls."""
    text = f"extensions: [{{{step}}}]"
    place = f"web.yaml:2:{text.index(key) + 1}"
    assert lint(tmp_path, text) == [f'{place} unknown option "{key}"']


def test_options_of_a_second_call_need_one(tmp_path: Path) -> None:
    """Only a class has its `init_app` called after it is made."""
    found = lint(tmp_path, "extensions: [{use: 'shop.mail:mail', init: {prefix: x}}]")
    assert found == ["web.yaml:2:20 `init` is for an object that the step makes first"]


def test_constructor_that_needs_the_app_is_told_how(tmp_path: Path) -> None:
    """The hint is that of running it."""
    text = "version: 1\nextensions: [{use: 'shop.mail:Bound'}]\n"
    files = {"shop/__init__.py": "", "shop/mail.py": MAIL, "web.yaml": text}
    (found,) = lint_files(tmp_path, files, *RULES)
    assert found.hint == "Write `as: call`, which passes the app to the constructor."


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("extensions: [{use: 'shop.mail:Mail'}]", "2:20"),
        ("extensions: [{use: 'shop.mail:start', name: a}]", "2:20"),
        ("extensions: [{use: 'shop.mail:make', as: log_handler}]", "2:20"),
        ("config: [{use: 'shop.mail:load'}]", "2:16"),
        ("config: [{use: values, with: {A: {$call: 'shop.mail:load'}}}]", "2:42"),
    ],
)
def test_an_option_that_is_missing_is_found(tmp_path: Path, text: str, place: str) -> None:
    """At the text that names what is called."""
    (found,) = lint(tmp_path, text)
    assert found.startswith(f"web.yaml:{place} ")
    assert "missing" in found


@pytest.mark.parametrize(
    "text",
    [
        "app: {use: 'shop.mail:load', with: {path: a, pth: b}}",
        "config: [{use: 'shop.mail:load', with: {path: a, pth: b}}]",
        "config: [{use: values, with: {A: {$call: 'shop.mail:load', with: {path: a, pth: b}}}}]",
    ],
)
def test_every_call_is_compared(tmp_path: Path, text: str) -> None:
    """That of the app, of a source, of a value."""
    assert [one.split(" ", 1)[1] for one in lint(tmp_path, text)] == ['unknown option "pth"']


INIT = "    def init_app(self, app): ...\n"
MAY_TAKE_MORE = (
    "class E:\n    def __init__(self, **more): ...\n" + INIT,
    "class B:\n    def __init__(self, **more): ...\nclass E(B):\n" + INIT,
    "from elsewhere import Base\nclass E(Base):\n" + INIT,
    "class E(dict):\n" + INIT,
    "class E:\n    def __new__(cls, colour): ...\n" + INIT,
    "class M(type): ...\nclass E(metaclass=M):\n" + INIT,
    "from dataclasses import dataclass\n@dataclass\nclass E:\n    colour: str\n" + INIT,
    "def decorate(cls): ...\n@decorate\nclass E:\n" + INIT,
    "class E:\n" + INIT + "E.__init__ = print\n",
    "def decorate(f): ...\nclass E:\n    @decorate\n    def __init__(self): ...\n" + INIT,
    "def decorate(f): ...\n@decorate\ndef E(app): ...\n",
    "def decorate(f): ...\ndef E(app): ...\nE = decorate(E)\n",
    "if __debug__:\n    def E(app): ...\nelse:\n    def E(app, colour): ...\n",
    "import functools\ndef f(app, size): ...\nE = functools.partial(f, size=1)\n",
    "def E(app, **more): ...\n",
    "E = None\n",
    # Python's order of bases, which has what two share come last.
    "class A:\n    def __init__(self): ...\nclass B(A): ...\nclass C(A):\n"
    "    def __init__(self, colour): ...\nclass E(B, C):\n" + INIT,
    # What comes later binds the name anew.
    "def E(app): ...\nfrom shop.more import *\n",
)


def test_bases_that_are_shared_many_times_are_looked_at_once(tmp_path: Path) -> None:
    """Each level would double the work."""
    source = "class A0:\n    def init_app(self, app): ...\n" + "".join(
        f"class B{n}(A{n}): ...\nclass C{n}(A{n}): ...\nclass A{n + 1}(B{n}, C{n}): ...\n"
        for n in range(60)
    )
    text = "extensions: [{use: 'shop.mail:A60', init: {colour: red}}]"
    assert len(lint(tmp_path, text, source)) == 1


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ("{import_name: shop, static_path: x}", 1),
        ("{importname: shop}", 1),
        ("{import_name: shop, static_folder: x}", 0),
    ],
)
def test_what_flask_itself_takes_is_known(tmp_path: Path, options: str, found: int) -> None:
    """Also where no ``app.use`` names it."""
    assert len(lint(tmp_path, f"app: {{with: {options}}}")) == found


def test_bases_are_looked_at_in_python_s_order(tmp_path: Path) -> None:
    """A method that two bases share comes after those of both."""
    source = (
        "class A:\n    def init_app(self, app, colour): ...\nclass B(A): ...\n"
        "class C(A):\n    def init_app(self, app): ...\nclass E(B, C): ...\n"
    )
    text = "extensions: [{use: 'shop.mail:E', init: {colour: red}}]"
    assert len(lint(tmp_path, text, source)) == 1


@pytest.mark.parametrize("source", MAY_TAKE_MORE)
def test_what_may_take_more_is_left_alone(tmp_path: Path, source: str) -> None:
    """By its bases, by decorators, by what replaces it."""
    assert lint(tmp_path, "extensions: [{use: 'shop.mail:E', with: {colour: red}}]", source) == []


def test_a_method_that_is_replaced_is_not_compared(tmp_path: Path) -> None:
    """The class's own may take other options than the one that is called."""
    source = "class E:\n    def init_app(self, app): ...\nE.init_app = print\n"
    assert lint(tmp_path, "extensions: [{use: 'shop.mail:E', init: {a: 1}}]", source) == []


@pytest.mark.parametrize(
    "step",
    [
        "use: 'shop.mail:Mail', with: {sender: x, timeout_seconds: 1}, init: {prefix: x}",
        "use: 'shop.mail:start', with: {colour: '${COLOUR}'}",
        "use: 'shop.mail:Mail', when: false",
        "use: 'shop.mail:Mail', when: {installed: no_such_package}",
    ],
)
def test_what_fits_or_does_not_run_is_left_alone(tmp_path: Path, step: str) -> None:
    """Whatever the values are."""
    assert lint(tmp_path, f"extensions: [{{{step}}}]") == []
