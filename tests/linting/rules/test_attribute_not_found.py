"""Test that a name that a module does not have is found, and no name that it may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import POLICY, lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Diagnostic

RULE = "attribute-not-found"
PAGES = """\
from typing import TYPE_CHECKING, overload
from flask import Blueprint
import os.path
if TYPE_CHECKING:
    from shop.types import Order
blueprint = Blueprint("pages", __name__)
declared: str
names = {"a": 1}
class Plain:
    size = 1
class Child(Plain):
    def show(self): ...
class Open(Blueprint):
    def __getattr__(self, name): ...
class Meta(type): ...
class Made(metaclass=Meta): ...
class Late: ...
Late.added = 1
class Base:
    def __init_subclass__(cls):
        cls.table = "x"
class Inherited(Base): ...
class Unsure(os.environ["BASE"]): ...
class Instance:
    def __init__(self):
        self.inner = Plain()
instance = Instance()
"""


def lint(folder: Path, use: str, source: str = PAGES, **more: str) -> list[Diagnostic]:
    """Lint a profile that names ``use`` of a shop whose module `pages` is ``source``."""
    files = {"shop/__init__.py": "", "shop/pages.py": source}
    files |= {f"shop/{name}.py": text for name, text in more.items()}
    text = f"version: 1\nextensions:\n  - use: {use}\n"
    return lint_files(folder, {**files, "web.yaml": text}, RULE)


@pytest.mark.parametrize(
    ("use", "owner", "name"),
    [
        ("shop.pages:blueprnt", 'module "shop.pages"', "blueprnt"),
        ("shop:blueprint", 'module "shop"', "blueprint"),
        ("shop.pages:Order", 'module "shop.pages"', "Order"),
        ("shop.pages:declared", 'module "shop.pages"', "declared"),
        ("shop.pages:Child.sze", 'class "shop.pages:Child"', "sze"),
        ("shop.pages:names.key", 'dict "shop.pages:names"', "key"),
        ("shop:pages.blueprnt", 'module "shop:pages"', "blueprnt"),
    ],
)
def test_a_name_that_is_not_there_is_found(tmp_path: Path, use: str, owner: str, name: str) -> None:
    """Neither what is for types only nor an annotation alone is there."""
    found = lint(tmp_path, use)
    assert render_found(found) == [f'web.yaml:3:10 the {owner} has no attribute "{name}"']


def test_the_hint_says_what_there_is(tmp_path: Path) -> None:
    """What is nearly called so, or all that there is."""
    (near,) = lint(tmp_path, "shop.pages:instnce")
    assert near.hint == "Did you mean 'instance'?"
    (found,) = lint(tmp_path, "shop.pages:other", "a = 1\n_b = 2\n", other="c = 3\n")
    assert (found.severity, found.hint) == ("error", "It has 'a'.")


def test_a_step_that_may_fail_is_warned_of(tmp_path: Path) -> None:
    """With `on_error: skip` the app boots without it."""
    (found,) = lint(tmp_path, "shop.pages:other\n    on_error: skip")
    assert found.severity == "warning"


@pytest.mark.parametrize(
    "source",
    [
        "if __debug__:\n    wanted = 1\nelse:\n    pass\n",
        "try:\n    import json as wanted\nexcept ImportError:\n    wanted = None\n",
        "with open(__file__) as wanted: ...\n",
        "while True:\n    wanted = 1\n    break\n",
        "match [1]:\n    case [wanted]: ...\n",
        "assert (wanted := 1)\n",
        "def start():\n    global wanted\n    wanted = 1\nstart()\n",
        "from shop.other import wanted\n",
        "from .other import here as wanted\n",
        "from shop.other import *\n",
        "from shop.missing import *\n",
        "from shop.stars import *\n",
        "def __getattr__(name): return 1\n",
        "from shop.other import hook as __getattr__\n",
        "globals().update(wanted=1)\n",
        "vars()['wanted'] = 1\n",
        "exec('wanted = 1')\n",
        "import sys\nsetattr(sys.modules[__name__], 'wanted', 1)\n",
        "import wanted.deep\n",
    ],
)
def test_a_name_counts_however_it_is_bound(tmp_path: Path, source: str) -> None:
    """Below `if` and `try`, by `*`, by another module, by what is only seen while it runs."""
    more = {"other": "wanted = here = 1\ndef hook(name): ...\n", "stars": "from .other import *\n"}
    assert lint(tmp_path, "shop.pages:wanted", source, **more) == []


def test_star_may_bring_a_private_name(tmp_path: Path) -> None:
    """Where `__all__` is put together, it may name it."""
    other = "import json\n_wanted = 1\n__all__ = [*json.__all__, '_wanted']\n"
    assert lint(tmp_path, "shop.pages:_wanted", "from .other import *\n", other=other) == []


def test_a_hook_that_raises_for_other_names_has_none_of_them(tmp_path: Path) -> None:
    """It compares the name with texts, and that is all."""
    hook = "def __getattr__(name):\n    if name in ('a', 'b'): return 1\n    raise AttributeError\n"
    assert lint(tmp_path, "shop.pages:a", hook) == []
    assert len(lint(tmp_path, "shop.pages:other", hook)) == 1


@pytest.mark.parametrize(
    "path",
    [
        "Child.size",
        "Child.mro",
        "Open.register",
        "Made.anything",
        "Late.added",
        "Inherited.table",
        "Unsure.anything",
        "instance.inner.set_from_outside",
        "blueprint.anything",
        "__name__",
        "os.path.nothing",
    ],
)
def test_what_may_be_there_is_left_alone(tmp_path: Path, path: str) -> None:
    """Inherited, made by a metaclass, set later, or of an instance."""
    assert lint(tmp_path, f"shop.pages:{path}") == []


@pytest.mark.parametrize(
    "use",
    [
        "psycopg2.errors:UniqueViolation",  # by C code
        "ssl:OP_ALL",  # by an enum that fills the module
        "shop.pages:extra",
        "shop:given",
    ],
)
def test_what_another_module_may_set_is_left_alone(tmp_path: Path, use: str) -> None:
    """The text of the module alone does not show it."""
    setting = "from shop import pages\nimport shop\npages.extra = 1\nsetattr(shop, 'given', 1)\n"
    assert lint(tmp_path, use, setting=setting) == []


@pytest.mark.parametrize("use", ["psycopg2:connct", "flask:Flsk", "shop.pages:bluepritn"])
def test_a_misspelling_is_found_wherever_names_may_be_set(tmp_path: Path, use: str) -> None:
    """Nobody sets a name that is a slip of one that is there."""
    setting = "from shop import pages\nsetattr(pages, 'given', 1)\n"
    assert len(lint(tmp_path, use, setting=setting)) == 1


@pytest.mark.parametrize(("beside", "found"), [("_core.so", 0), ("_core.py", 1)])
def test_c_code_of_a_library_may_fill_its_modules(tmp_path: Path, beside: str, found: int) -> None:
    """Which names it sets cannot be read off it."""
    files = {
        "pyproject.toml": f"{POLICY}pythonpath = ['lib/site-packages']\n",
        "lib/site-packages/native/__init__.py": "from . import _core\n",
        f"lib/site-packages/native/{beside}": "",
        "web.yaml": "version: 1\nextensions:\n  - use: native:given\n",
    }
    assert len(lint_files(tmp_path, files, RULE)) == found


LIBRARIES = "import enum, inspect\nimport celery, click, flask, sqlalchemy, typing_extensions\n"


@pytest.mark.parametrize(
    "source",
    [
        LIBRARIES,
        LIBRARIES + "app = celery.Celery(__name__)\n@app.task\ndef add(): ...\n",
        "import logging\nlogging.getLogger(__name__).setLevel('INFO')\n",
        "from flask import *\n",
    ],
)
def test_no_library_sets_names_on_a_module_of_the_project(tmp_path: Path, source: str) -> None:
    """Although what is imported sets names on objects of many kinds."""
    (found,) = lint(tmp_path, "shop.pages:nope", source)
    assert 'module "shop.pages" has no' in found.message


@pytest.mark.parametrize(
    "source",
    [
        "from flask import fill\nfill(globals())\n",
        "from flask import fill\nfill(__name__, ['nope'])\n",
        "import enum\n@enum.global_enum\nclass Kind(enum.Enum):\n    nope = 1\n",
        "import enum\nenum.IntEnum._convert_('Kind', __name__, str.islower)\n",
        "for name in ('nope',):\n    vars()[name] = name\n",
        "import shop.pages\nfor name in ('nope',):\n    setattr(shop.pages, name, name)\n",
    ],
)
def test_a_module_that_hands_itself_over_may_have_any_name(tmp_path: Path, source: str) -> None:
    """To a library's function as well."""
    assert lint(tmp_path, "shop.pages:nope", source) == []


@pytest.mark.parametrize("base", ["Enum", "StrEnum", "IntEnum", "Flag"])
def test_a_member_of_an_enum_is_no_literal(tmp_path: Path, base: str) -> None:
    """It has a name and a value, and what its class gives it."""
    source = f"import enum\nclass Kind(enum.{base}):\n    LOCAL = 1\n    def show(self): ...\n"
    for name in ("value", "name", "show"):
        assert lint(tmp_path, f"shop.pages:Kind.LOCAL.{name}", source) == []


@pytest.mark.parametrize("value", ["None", "False", "''", "0", "{}", "[]", "()"])
def test_a_placeholder_is_no_literal(tmp_path: Path, value: str) -> None:
    """An earlier step puts the object there."""
    assert lint(tmp_path, "shop.pages:limiter.init_app", f"limiter = {value}\n") == []
