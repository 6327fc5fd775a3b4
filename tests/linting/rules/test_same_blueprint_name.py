"""Test which blueprints of one name are found: those that Flask would refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found
from tests.support.projects import assemble_text, get_diagnostics

if TYPE_CHECKING:
    from pathlib import Path

RULE = "same-blueprint-name"
SHOP = """\
from flask import Blueprint

def make():
    return Blueprint("made", __name__)

class Own(Blueprint):
    pass

NAME = "orders"
orders = Blueprint("orders", __name__)
again = Blueprint(name="orders", import_name=__name__)
returns = Blueprint("returns", __name__)
named = Blueprint(NAME, __name__)
made = make()
own = Own("orders", __name__)
"""
FILES = {"shop.py": SHOP, "reexport.py": "from shop import orders as same\n"}


def lint(folder: Path, steps: str) -> list[tuple[str, str]]:
    """Lint a profile with these steps; give the severity and the message of each finding."""
    files = {**FILES, "web.yaml": f"version: 1\nextensions:\n{steps}"}
    return [(one.severity, one.message) for one in lint_files(folder, files, RULE)]


@pytest.mark.parametrize(
    "second",
    [
        "  - use: 'shop:again'\n",
        "  - use: 'reexport:same'\n",
        "  - {use: 'shop:orders', name: twice, with: {url_prefix: /x}}\n",
        "  - {use: 'shop:returns', as: blueprint, with: {name: orders}}\n",
    ],
)
def test_a_name_that_is_taken_is_an_error_as_flask_has_it(tmp_path: Path, second: str) -> None:
    """By another blueprint, by the same one again, and by an option."""
    steps = f"  - use: 'shop:orders'\n{second}"

    assert lint(tmp_path, steps) == [
        ("error", "the blueprint name \"orders\" is already registered by 'shop:orders'")
    ]
    (failure,) = get_diagnostics(tmp_path, f"extensions:\n{steps}", FILES)
    assert "already registered" in failure.message


@pytest.mark.parametrize(
    "second",
    [
        "  - use: 'shop:returns'\n",
        "  - {use: 'shop:orders', name: twice, with: {name: wholesale}}\n",
        "  - {use: 'shop:again', with: {name_prefix: v2}}\n",
        "  - {use: 'shop:again', when: false}\n",
    ],
)
def test_names_that_differ_are_left_alone(tmp_path: Path, second: str) -> None:
    """By an option, by a prefix, or since the step does not run."""
    steps = f"  - use: 'shop:orders'\n{second}"

    assert lint(tmp_path, steps) == []
    assemble_text(tmp_path, f"extensions:\n{steps}", FILES)


@pytest.mark.parametrize("second", ["shop:named", "shop:made", "shop:own"])
def test_a_name_that_is_not_certain_is_left_alone(tmp_path: Path, second: str) -> None:
    """Of a constant, of a function's outcome, of a class that may do otherwise."""
    assert lint(tmp_path, f"  - use: 'shop:orders'\n  - use: '{second}'\n") == []


def test_a_condition_makes_it_a_warning_and_two_make_it_nothing(tmp_path: Path) -> None:
    """Two steps that are decided at run may exclude each other."""
    first, second = "use: 'shop:orders'", "use: 'shop:again'"
    when = "when: {$config: NEW}"

    assert lint(tmp_path, f"  - {{{first}}}\n  - {{{second}, {when}}}\n")[0][0] == "warning"
    assert lint(tmp_path, f"  - {{{first}, {when}}}\n  - {{{second}}}\n")[0][0] == "warning"
    assert lint(tmp_path, f"  - {{{first}, {when}}}\n  - {{{second}, {when}}}\n") == []


def test_the_first_is_named_beside_the_second(tmp_path: Path) -> None:
    """The place is the second step's."""
    files = {**FILES, "web.yaml": "version: 1\nextensions: ['shop:orders', 'shop:again']\n"}
    (found,) = lint_files(tmp_path, files, RULE)
    assert render_found([found])[0].startswith("web.yaml:2:29 ")
    assert [str(one.place) for one in found.related] == ["web.yaml:2:14"]
