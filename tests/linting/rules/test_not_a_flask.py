"""Test that an app that is no Flask is found, and that what may make one is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

# The second one, so that no case is silent since its module cannot be imported.
RULES = ("not-a-flask", "import-failed")
WEB = """\
from flask import Flask
from werkzeug.local import LocalProxy
from elsewhere import Base
class Shop(Flask):
    def __init__(self, import_name): super().__init__(import_name)
class Deep(Shop): ...
class Plain: ...
class Unsure(Base): ...
class Maker:
    def __new__(cls, import_name): return Flask(import_name)
class Inherits(Maker): ...
class Meta(type):
    def __call__(cls, import_name): return Flask(import_name)
class Made(metaclass=Meta): ...
def create_app(**options): return Flask("shop")
def decorate(function): ...
@decorate
def decorated(): ...
app = Flask("shop")
own = Deep("shop")
settings = {"a": 1}
proxy = LocalProxy(create_app)
made = create_app()
plain = Plain()
"""


def lint(folder: Path, app: str) -> list[str]:
    """Lint a profile with this app, beside the module `shop.web`."""
    files = {"shop/__init__.py": "from shop.web import app\n", "shop/web.py": WEB}
    files["elsewhere.py"] = "exec('class Base: ...')\n"
    text = f"version: 1\napp: {{{app}}}\n"
    return render_found(lint_files(folder, {**files, "web.yaml": text}, *RULES))


@pytest.mark.parametrize(
    ("use", "said"),
    [
        ("shop.web:app", "is a Flask already, expected what makes one"),
        ("shop.web:own", "is a Flask already, expected what makes one"),
        ("shop:app", "is a Flask already, expected what makes one"),
        ("shop.web:Plain", "gave a Plain, not a Flask"),
        ("shop.web:plain", "is a Plain, which cannot be called"),
        ("shop.web:settings", "is a dict, which cannot be called"),
    ],
)
def test_what_makes_no_flask_is_found(tmp_path: Path, use: str, said: str) -> None:
    """An app that is made already, a class of something else, a value."""
    assert lint(tmp_path, f"use: '{use}'") == [f"web.yaml:2:12 {use} {said}"]


@pytest.mark.parametrize(
    "use",
    [
        "flask:Flask",
        "shop.web:Shop",
        "shop.web:Deep",
        "shop.web:Unsure",
        "shop.web:Maker",
        "shop.web:Inherits",
        "shop.web:Made",
        "shop.web:create_app",
        "shop.web:decorated",
        "shop.web:proxy",
        "shop.web:made",
        "shop.web:missing",
        "elsewhere:App",
    ],
)
def test_what_makes_one_or_may_is_left_alone(tmp_path: Path, use: str) -> None:
    """Also a class whose `__new__` or metaclass gives one, and what is not known."""
    assert lint(tmp_path, f"use: '{use}'") == []


def test_the_app_of_flask_itself_is_one(tmp_path: Path) -> None:
    """Whatever its options are."""
    assert lint(tmp_path, "with: {template_folder: pages}") == []
