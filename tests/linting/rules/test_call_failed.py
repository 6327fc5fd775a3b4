"""Test that a `$call` of what cannot be called is found, and none that may be right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

# The second one, so that no case is silent since its module cannot be imported.
RULES = ("call-failed", "import-failed")
SIZES = """\
import functools
from elsewhere import Base
class Plain:
    def __getattr__(self, name): ...
class Called:
    def __call__(self): ...
class Late: ...
Late.__call__ = print
class Unsure(Base): ...
def make(): return []
sizes = ["small"]
name = "small"
plain = Plain()
called = Called()
late = Late()
unsure = Unsure()
made = make()
partial = functools.partial(make)
short = lambda: []
nothing = None
"""
FILES = {
    "shop/__init__.py": "from shop.sizes import sizes as known\n",
    "shop/sizes.py": SIZES,
    "elsewhere.py": "exec('class Base: ...')\n",
}


def lint(folder: Path, text: str) -> list[str]:
    """Lint a profile beside the module `shop.sizes`."""
    files = {**FILES, "web.yaml": f"version: 1\n{text}\n"}
    return render_found(lint_files(folder, files, *RULES))


def build(target: str, more: str = "") -> str:
    """Return a config source whose value is a call."""
    return f"config: [{{use: values, with: {{A: {{$call: '{target}'{more}}}}}}}]"


@pytest.mark.parametrize(
    "target", ["shop.sizes:sizes", "shop.sizes:name", "shop.sizes:plain", "shop:known"]
)
def test_a_call_of_what_cannot_be_called_is_found(tmp_path: Path, target: str) -> None:
    """A value, or an instance without `__call__`; at the text that names it."""
    assert lint(tmp_path, build(target)) == [f'web.yaml:2:42 "{target}" cannot be called']


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("app: {with: {static_folder: {$call: 'shop.sizes:sizes'}}}", "2:37"),
        ("extensions: [{use: 'shop.sizes:make', with: {a: {$call: 'shop.sizes:sizes'}}}]", "2:57"),
        (build("shop.sizes:make", ", args: [{$call: 'shop.sizes:sizes'}]"), "2:76"),
    ],
)
def test_it_is_found_wherever_it_stands(tmp_path: Path, text: str, place: str) -> None:
    """In the app, in a step, within another call."""
    assert lint(tmp_path, text) == [f'web.yaml:{place} "shop.sizes:sizes" cannot be called']


def test_where_the_app_may_boot_without_it_it_is_a_warning(tmp_path: Path) -> None:
    """The step is skipped when it fails."""
    step = "use: 'shop:f', on_error: skip, with: {a: {$call: 'shop.sizes:sizes'}}"
    files = {**FILES, "web.yaml": f"version: 1\nextensions: [{{{step}}}]\n"}
    assert [one.severity for one in lint_files(tmp_path, files, *RULES)] == ["warning"]


@pytest.mark.parametrize(
    "target",
    [
        "shop.sizes:make",
        "shop.sizes:Called",
        "shop.sizes:called",
        "shop.sizes:late",
        "shop.sizes:unsure",
        "shop.sizes:made",
        "shop.sizes:partial",
        "shop.sizes:short",
        "shop.sizes:nothing",
        "shop.sizes:missing",
        "elsewhere:make",
        "os:getcwd",
        "secrets:token_hex",
    ],
)
def test_what_can_be_called_or_is_not_known_is_left_alone(tmp_path: Path, target: str) -> None:
    """A function, a class, an instance that may be callable."""
    assert lint(tmp_path, build(target)) == []


@pytest.mark.parametrize(
    "text",
    [
        "config: [{use: values, with: {A: {$import: 'shop.sizes:sizes'}}}]",
        "config: [{use: values, when: false, with: {A: {$call: 'shop.sizes:sizes'}}}]",
    ],
)
def test_what_is_not_called_is_left_alone(tmp_path: Path, text: str) -> None:
    """It is only taken, or the source is skipped."""
    assert lint(tmp_path, text) == []


@pytest.mark.parametrize(
    ("close", "found"),
    [
        ("shop.sizes:sizes", 'call-failed "shop.sizes:sizes" cannot be called'),
        ("shop.sizes:mak", 'attribute-not-found the module "shop.sizes" has no attribute "mak"'),
        ("shop.sizes:make", None),
        ("make", None),
    ],
)
def test_what_closes_an_object_is_looked_up(tmp_path: Path, close: str, found: str | None) -> None:
    """Where it is a reference; whether the object has a method shows when it is made."""
    text = f"extensions: [{{use: 'shop.sizes:make', as: function, close: '{close}'}}]"
    files = {**FILES, "web.yaml": f"version: 1\n{text}\n"}
    diagnostics = lint_files(tmp_path, files, *RULES, "attribute-not-found", "module-not-found")
    assert [f"{one.name} {one.message}" for one in diagnostics] == [found] * bool(found)
