"""Test what is read of a module's source: the names it binds, exports and gives by a hook."""

from __future__ import annotations

import pytest

from assembler.modules.bindings import BindingKind
from assembler.modules.module_search import Location
from assembler.modules.static_module import StaticModule

LOCATION = Location("pack/__init__.py", ("pack",), below="")


def read(source: str) -> StaticModule:
    """Return the package `pack`, of this source."""
    return StaticModule("pack", LOCATION, is_opaque=False, source=source.encode())


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("class x: ...", BindingKind.CLASS),
        ("async def x(): ...", BindingKind.FUNCTION),
        ("import x.y", BindingKind.IMPORT),
        ("from . import x", BindingKind.IMPORT),
        ("x: int = 1", BindingKind.ASSIGNED),
        ("a = x = 1", BindingKind.ASSIGNED),
        ("x, *y = 1, 2", BindingKind.UNKNOWN),
        ("x = 1\nx = 2", BindingKind.UNKNOWN),
        ("x = 1\nx += 1", BindingKind.UNKNOWN),
        ("x = 1\ndel x", BindingKind.UNKNOWN),
        ("try:\n    import x\nexcept ImportError:\n    x = None", BindingKind.UNKNOWN),
        ("try: ...\nfinally:\n    x = 1", BindingKind.ASSIGNED),
        ("for x in (): ...", BindingKind.UNKNOWN),
        ("with open(0) as (a, x): ...", BindingKind.UNKNOWN),
        ("match 1:\n    case {'a': 1, **x}: ...", BindingKind.UNKNOWN),
        ("x = 1\ndef f():\n    global x", BindingKind.UNKNOWN),
        ("print(x := 1)", BindingKind.UNKNOWN),
        ("@wrap(x := 1)\ndef f(): ...", BindingKind.UNKNOWN),
        ("x: int", None),
        ("def f():\n    x = 1", None),
        ("class C:\n    x = 1", None),
        ("if TYPE_CHECKING:\n    import x", None),
        ("if typing.TYPE_CHECKING:\n    import y\nelse:\n    x = 1", BindingKind.ASSIGNED),
        ("a.x = 1", None),
        ("[x for x in ()]", None),
    ],
)
def test_bindings_see_each_way_to_bind_a_name(source: str, kind: BindingKind | None) -> None:
    """Where it depends on what runs, what the name stands for is not known."""
    binding = read(source).bindings.get("x")
    assert (binding.kind if binding else None) == kind


@pytest.mark.parametrize(
    ("source", "exported"),
    [
        ("__all__ = ['a', 'b']", {"a", "b"}),
        ("__all__ = ('a',)", {"a"}),
        ("__all__ = ['a']\n__all__ += ['b']", None),
        ("__all__ = ['a']\n__all__.extend(b.__all__)", None),
        ("__all__ = ['a', *b]", None),
        ("a = 1", None),
    ],
)
def test_exported_names_are_known_for_literal_all(source: str, exported: set[str] | None) -> None:
    """A list that is put together is not."""
    assert read(source).exported == exported


@pytest.mark.parametrize(
    ("source", "may_hold"),
    [
        ("x = 1", False),
        ("def __getattr__(name): return 1", True),
        ("def __getattr__(name):\n    if name == 'x': return 1\n    raise AttributeError", True),
        ("def __getattr__(name):\n    if name == 'y': return 1\n    raise AttributeError", False),
        ("def __getattr__(name):\n    if name in NAMES: return 1\n    raise AttributeError", True),
        ("__getattr__, __dir__ = attach(__name__)", True),
        ("globals()['x'] = 1", True),
    ],
)
def test_module_may_hold_names_it_does_not_bind(source: str, may_hold: bool) -> None:  # noqa: FBT001 - a case
    """By a hook that gives the name or by its own namespace."""
    assert read(source).may_hold("x") is may_hold


def test_broken_module_has_an_error_and_no_names() -> None:
    """It is the error that importing the module raises."""
    module = read("x = 1\ny = )\n")
    assert module.error is not None
    assert (module.error.lineno, module.bindings) == (2, {})
    assert read("x = 1").error is None


def test_relative_imports_start_at_the_package() -> None:
    """Of a package that is the package itself, of a module the one above it."""
    assert read("from .a import *\nfrom . import *\n").stars == ("pack.a", "pack")
    inner = StaticModule(
        "pack.m", Location("pack/m.py"), is_opaque=False, source=b"from .a import *"
    )
    assert inner.stars == ("pack.a",)
