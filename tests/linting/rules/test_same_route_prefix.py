"""Test which routes of two blueprints are found to be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "same-route-prefix"
ORDERS = """\
from flask import Blueprint

blueprint = Blueprint("orders", __name__, url_prefix="/orders")

@blueprint.get("/<int:number>")
def show(number): ...

@blueprint.route("/", methods=["GET", "POST"])
def index(): ...

blueprint.add_url_rule("/old", view_func=index, methods=["GET"])
"""
WHERE = "which 'orders:blueprint' already answers"


def lint(folder: Path, second: str, text: str | None = None) -> list[str]:
    """Lint a profile with the blueprint of the orders and the one of the module ``second``."""
    steps = text or "extensions: ['orders:blueprint', 'other:blueprint']"
    files = {"orders.py": ORDERS, "other.py": second, "web.yaml": f"version: 1\n{steps}\n"}
    return render_found(lint_files(folder, files, RULE))


def write(route: str, prefix: str = 'url_prefix="/orders"') -> str:
    """Return a module with a blueprint that has one route."""
    return (
        "from flask import Blueprint\n"
        f'blueprint = Blueprint("other", __name__, {prefix})\n'
        f"{route}\n"
        "def view(*args): ...\n"
    )


@pytest.mark.parametrize(
    ("route", "prefix", "said"),
    [
        ('@blueprint.get("/<int:n>")', 'url_prefix="/orders"', "GET /orders/<int>"),
        ('@blueprint.route("/<int:n>")', 'url_prefix="/orders/"', "GET /orders/<int>"),
        ('@blueprint.route("/", methods=["POST"])', 'url_prefix="/orders"', "POST /orders/"),
        ('@blueprint.post("/orders/")', "", "POST /orders/"),
        ('@blueprint.get("/old")', 'url_prefix="/orders"', "GET /orders/old"),
    ],
)
def test_a_path_that_an_earlier_blueprint_answers_is_found(
    tmp_path: Path, route: str, prefix: str, said: str
) -> None:
    """Below whatever prefix; what its variables are called does not matter."""
    assert lint(tmp_path, write(route, prefix)) == [
        f"web.yaml:2:34 'other:blueprint' answers \"{said}\", {WHERE}"
    ]


@pytest.mark.parametrize(
    ("route", "prefix"),
    [
        ('@blueprint.get("/<number>")', 'url_prefix="/orders"'),
        ('@blueprint.post("/<int:n>")', 'url_prefix="/orders"'),
        ('@blueprint.get("/<int:n>")', 'url_prefix="/returns"'),
        ('@blueprint.get("/<int:n>")', 'url_prefix="/orders", subdomain="old"'),
        ('@blueprint.get("/<int:n>")', "url_prefix=PREFIX"),
        ('@blueprint.get("/" + "<int:n>")', 'url_prefix="/orders"'),
        ('@other.get("/<int:n>")', 'url_prefix="/orders"'),
        ('@blueprint.get("/<int:n>/lines")', 'url_prefix="/orders"'),
        ('@blueprint.get("")', 'url_prefix="/orders"'),
        ('@blueprint.get("/<int:n>", subdomain="old")', 'url_prefix="/orders"'),
        ('@blueprint.get("/<int:n>", host="old.example.org")', 'url_prefix="/orders"'),
        ('@blueprint.get("/<int:n>", build_only=True)', 'url_prefix="/orders"'),
        ('@blueprint.get("/<int:n>", **options)', 'url_prefix="/orders"'),
    ],
)
def test_another_path_is_left_alone(tmp_path: Path, route: str, prefix: str) -> None:
    """The same prefix alone is right; so is another method, and what cannot be read."""
    assert lint(tmp_path, write(route, prefix)) == []


@pytest.mark.parametrize(
    ("options", "is_found"),
    [
        ("with: {url_prefix: /returns}", False),
        ("with: {url_prefix: '${PREFIX}'}", False),
        ("with: {url_prefix: null}", True),
        ("with: {subdomain: old}", False),
        ("when: false", False),
        ("when: {$config: NEW}", True),
        ("with: {name: else}", True),
    ],
)
def test_a_step_s_options_count(tmp_path: Path, options: str, is_found: bool) -> None:  # noqa: FBT001 - a case
    """Its prefix replaces the blueprint's; a step that is skipped answers nothing."""
    text = f"extensions: ['orders:blueprint', {{use: 'other:blueprint', {options}}}]"
    assert bool(lint(tmp_path, write('@blueprint.get("/<int:n>")'), text)) is is_found


def test_two_steps_that_are_decided_at_run_may_exclude_each_other(tmp_path: Path) -> None:
    """Then nothing is said."""
    steps = ", ".join(
        f"{{use: '{name}:blueprint', when: {{$config: {name.upper()}}}}}"
        for name in ("orders", "other")
    )
    assert lint(tmp_path, write('@blueprint.get("/<int:n>")'), f"extensions: [{steps}]") == []
