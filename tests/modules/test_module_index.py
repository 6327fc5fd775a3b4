"""Test that modules are looked into without importing them, and what is certain of them."""

from __future__ import annotations

import ast
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.faults import StepFault
from assembler.modules.import_scan import find_imports, make_absolute
from assembler.modules.module_index import ModuleIndex
from assembler.modules.static_object import Kind
from assembler.policy import Policy, Settings
from assembler.references.reference import resolve_reference
from tests.support.projects import in_folder, write_files

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOP = {
    "shop/__init__.py": "from shop.models import db\nversion = '1'\n",
    "shop/models.py": """\
import os
from typing import TYPE_CHECKING
from flask import Blueprint
if TYPE_CHECKING:
    from shop.types import Order
try:
    import json as reader
except ImportError:
    reader = None
class Base:
    table = 'x'
    def connect(self, url, *, timeout=3): ...
class Db(Base):
    def init_app(self, app): ...
class Open:
    def __getattr__(self, name): ...
db = Db()
blueprint = Blueprint('shop', __name__)
settings = {'a': 1}
for number in (1, 2):
    squared = number ** 2
with open(os.devnull) as stream:
    pass
def create(app, url=None): ...
@create
def decorated(): ...
def set_up():
    global late
    late = 1
connect = db.connect
""",
    "shop/dynamic.py": "def __getattr__(name): ...\n",
    "shop/starred.py": "from shop.models import *\n",
    "shop/syntax.py": "x = 1\ndef f(:\n",
    "shop/deep/__init__.py": "",
    "shop/deep/inner.py": "x = 1\n",
    "shop/circle_a.py": "from shop.circle_b import name\n",
    "shop/circle_b.py": "from shop.circle_a import name\n",
    "spread/part.py": "y = 1\n",
}

MANY_FILES = ("assembler", "celery")


@pytest.fixture
def index(tmp_path: Path) -> ModuleIndex:
    """Return the index of a project with a shop."""
    write_files(tmp_path, SHOP)
    return ModuleIndex([str(tmp_path), *sys.path])


def get_fault(index: ModuleIndex, text: str) -> StepFault:
    """Return the fault of a reference that names nothing."""
    with pytest.raises(StepFault) as caught:
        index.resolve(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("shop", Kind.MODULE, "shop"),
        ("shop.models:", Kind.MODULE, "shop.models"),
        ("shop:models", Kind.MODULE, "shop.models"),
        ("shop:deep.inner", Kind.MODULE, "shop.deep.inner"),
        ("spread.part", Kind.MODULE, "spread.part"),
        ("shop.models:Db", Kind.CLASS, "shop.models.Db"),
        ("shop.models:Db.connect", Kind.FUNCTION, "shop.models.Base.connect"),
        ("shop.models:db", Kind.INSTANCE, "shop.models.Db"),
        ("shop:db", Kind.INSTANCE, "shop.models.Db"),
        ("shop.starred:db", Kind.INSTANCE, "shop.models.Db"),
        ("shop.models:db.connect", Kind.FUNCTION, "shop.models.Base.connect"),
        ("shop.models:connect", Kind.FUNCTION, "shop.models.Base.connect"),
        ("shop.models:create", Kind.FUNCTION, "shop.models.create"),
        ("shop.models:settings", Kind.DATA, ""),
        ("shop.models:blueprint", Kind.INSTANCE, "flask.blueprints.Blueprint"),
        ("shop.models:reader", Kind.UNKNOWN, None),
        ("shop.models:decorated", Kind.UNKNOWN, None),
        ("shop.models:late", Kind.UNKNOWN, None),
        ("shop.models:squared", Kind.UNKNOWN, None),
        ("shop.models:number", Kind.UNKNOWN, None),
        ("shop.models:stream", Kind.UNKNOWN, None),
        ("shop.models:db.engine", Kind.UNKNOWN, None),
        ("shop.models:os.path.join", Kind.UNKNOWN, None),
        ("shop.dynamic:anything", Kind.UNKNOWN, None),
        ("shop.circle_a:name", Kind.UNKNOWN, None),
        ("os.path:join", Kind.UNKNOWN, None),
        ("sys:argv", Kind.UNKNOWN, None),
        ("math:pi", Kind.UNKNOWN, None),
        ("collections:OrderedDict", Kind.UNKNOWN, None),
    ],
)
def test_reference_resolves_as_far_as_certain(
    index: ModuleIndex, text: str, kind: Kind, name: str | None
) -> None:
    """Through imports, bases and calls of classes; what may be anything is unknown."""
    found = index.resolve(text)
    assert found.kind is kind
    assert name is None or found.name == name


@pytest.mark.parametrize(
    "text",
    [
        "shp:db",
        "shop.modls:db",
        "shop.models.db:connect",
        "shop.models:bd",
        "shop.models:Order",
        "shop.models:Db.conect",
        "shop.models:settings.key",
        "shop:nothing",
        "shop.starred:_hidden",
        "shop.syntax:x",
        "shop:syntax.x",
        "shop.deep:nothing.x",
        "spread:nothing",
        "flask:Blueprnt",
    ],
)
def test_reference_fault_has_the_words_of_running_it(
    tmp_path: Path, index: ModuleIndex, text: str
) -> None:
    """The code and the message are those of resolving it for real."""
    with in_folder(tmp_path):
        fault = get_fault(index, text)
        with pytest.raises(StepFault) as caught:
            resolve_reference(text, Policy(None, Settings()))
    real = caught.value
    assert (fault.code, fault.message) == (real.code, real.message)
    assert fault.related == real.related


def test_refresh_reads_changed_files_again(tmp_path: Path, index: ModuleIndex) -> None:
    """And one that was added or removed is noticed, as an editor's server needs it."""
    get_fault(index, "shop.models:fresh")
    get_fault(index, "shop.added")
    index.resolve("shop.deep.inner")
    write_files(tmp_path, {"shop/models.py": "fresh = db = 1\n", "shop/added.py": ""})
    (tmp_path / "shop/deep/inner.py").unlink()

    index.refresh()

    assert index.resolve("shop.models:fresh").kind is Kind.DATA
    assert index.resolve("shop.added").kind is Kind.MODULE
    assert "inner" in get_fault(index, "shop.deep.inner").message


def test_imported_modules_name_their_chain(tmp_path: Path) -> None:
    """Breadth first, packages above included; not what functions or types import."""
    files = {
        "a/__init__.py": "from . import b\n",
        "a/b.py": "import socket\nfrom a.c import x\ndef f():\n    import deferred\n",
        "a/c.py": "try:\n    import grpc\nexcept ImportError:\n    grpc = None\n",
        "a/d.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a.e\n",
        "a/e.py": "",
        "deferred.py": "",
    }
    write_files(tmp_path, files)
    index = ModuleIndex([str(tmp_path), *sys.path])

    imported = {one.name: one.chain for one in index.iter_imported("a.d")}

    assert {"a.b", "a.c", "socket", "grpc"} <= set(imported)
    assert not {"deferred", "a.e"} & set(imported)
    chain = [(module.name, one.line) for module, one in imported["grpc"]]
    assert chain == [("a", 1), ("a.b", 2), ("a.c", 2)]


def test_index_imports_nothing(tmp_path: Path, index: ModuleIndex) -> None:
    """Neither what is named nor the packages above it."""
    files = {"loud/__init__.py": "raise SystemExit\n", "loud/inner.py": "x = 1\n"}
    write_files(tmp_path, files)
    index.refresh()
    assert index.resolve("loud.inner:x").kind is Kind.DATA
    assert "loud" not in sys.modules
    assert index.is_project_module("loud.inner")
    assert not index.is_project_module("flask")
    assert not index.is_project_module("json")
    assert not index.is_project_module("assembler.wsgi")  # though it is installed as a folder


def test_what_is_installed_is_read_once_for_all_indexes(tmp_path: Path) -> None:
    """Until it changes; what the project has is read by each."""
    write_files(tmp_path, {"site-packages/lib.py": "x = 1\n", "shop.py": "x = 1\n"})
    folders = [str(tmp_path), str(tmp_path / "site-packages"), *sys.path]
    first, second = ModuleIndex(folders), ModuleIndex(folders)

    assert first.find_module("lib") is second.find_module("lib")
    assert first.find_module("json") is second.find_module("json")
    assert first.find_module("shop") is not second.find_module("shop")
    write_files(tmp_path, {"site-packages/lib.py": "another = 1\n"})
    assert ModuleIndex(folders).resolve("lib:another").kind is Kind.DATA


@pytest.mark.parametrize(
    "package",
    ["flask", "werkzeug", *(pytest.param(one, marks=pytest.mark.long) for one in MANY_FILES)],
)
def test_text_scan_finds_the_imports_of_the_syntax_tree(package: str) -> None:
    """In strings, comments and functions, over several lines, for types only: all of them."""
    files = sorted(Path(find_folder(package)).rglob("*.py"))
    assert files
    for file in files:
        source = file.read_bytes()
        known = {(one.line, one.module, one.names) for one in find_imports(source, "a.b.c")}
        assert known == set(read_imports(source)), file


def find_folder(package: str) -> str:
    """Return the folder of an installed package."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent)


def read_imports(source: bytes) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Return the line, the module and the names of every import, by the syntax tree."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, ()
        elif isinstance(node, ast.ImportFrom):
            names = tuple(alias.name for alias in node.names)
            yield node.lineno, make_absolute(node.level, node.module or "", "a.b.c"), names


SCANNED = b'''\
"""A module.

import prose
"""
import a, b.c as d  # import comment
from . import (
    e,  # import within
    f,
)
if TYPE_CHECKING:
    import g
try: import h
except ImportError:
    text = "import i"
class C:
    from ..j import k
    async def f(self):
        if self: from l import m; import n
import o
'''


def test_import_context_tells_when_it_runs() -> None:
    """In a function: deferred; below `if` and `try`: guarded; for types: never."""
    found = [(*one[:2], *one[3:]) for one in find_imports(SCANNED, "x.y")]

    assert found == [
        ("a", (), False, False, False),
        ("b.c", (), False, False, False),
        ("x.y", ("e", "f"), False, False, False),
        ("g", (), False, True, True),
        ("h", (), False, False, True),
        ("x.j", ("k",), False, False, False),
        ("l", ("m",), True, False, True),
        ("n", (), True, False, True),
        ("o", (), False, False, False),
    ]
