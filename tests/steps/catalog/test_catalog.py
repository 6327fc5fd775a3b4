"""The table of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from assembler.steps.adapters import ADAPTER_NAMES
from assembler.steps.catalog import TABLE, find_catalog_names, get_catalog_step
from assembler.steps.forms import Group, Options
from tests.support.processes import run_cli

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import BaseModel

HEAVY = ("flask", "gevent", "sqlalchemy", "grpc", "ssl", "logging", "werkzeug", "alembic")


@pytest.mark.parametrize("name", find_catalog_names())
def test_each_name_leads_to_the_step_that_bears_it(name: str) -> None:
    """The table and the files agree, and every step says what it is in one line."""
    step = get_catalog_step(name)

    assert step.name == name
    assert step.summary.endswith(".")
    assert "\n" not in step.summary
    assert issubclass(step.options, Options)


@pytest.mark.parametrize("name", find_catalog_names())
def test_every_option_is_described(name: str) -> None:
    """`assembler catalog NAME` and the schema have something to print for each option."""
    options: type[BaseModel] = get_catalog_step(name).options

    bare = [key for key, field in options.model_fields.items() if not field.description]

    assert bare == []


@pytest.mark.parametrize("name", find_catalog_names())
def test_an_option_without_a_default_says_what_happens_then(name: str) -> None:
    """A null would leave the reader to look it up in the library."""
    options: type[BaseModel] = get_catalog_step(name).options

    bare = [
        key
        for key, field in options.model_fields.items()
        if field.default is None and "default" not in (field.description or "").lower()
    ]

    assert bare == []


@pytest.mark.parametrize("name", find_catalog_names())
def test_every_step_of_ours_says_what_it_is_for(name: str) -> None:
    """`assembler catalog` lists it there."""
    assert get_catalog_step(name).group in set(get_args(Group)) - {"other"}


def test_an_unknown_name_is_a_key_error() -> None:
    """The caller turns it into its own diagnostic, with a suggestion."""
    with pytest.raises(KeyError):
        get_catalog_step("databse")


def test_the_names_are_those_of_rows_with_a_step() -> None:
    """They can be printed as they come; a library without a step is no name to use."""
    assert find_catalog_names() == sorted(name for name, entry in TABLE.items() if entry.module)
    assert set(find_catalog_names()) < set(TABLE)


def test_an_order_names_what_exists() -> None:
    """An order with something misspelled would never be checked."""
    others = {*ADAPTER_NAMES, "flask_marshmallow", "flask_security"}
    for entry in TABLE.values():
        assert {*entry.after, *entry.before} <= {*TABLE, *others}


def test_no_two_rows_are_known_by_one_name() -> None:
    """A project's own version is one of one thing."""
    known = [name for entry in TABLE.values() for name in entry.known_as]

    assert sorted(known) == sorted(set(known))


def test_linting_one_step_loads_no_other(tmp_path: Path) -> None:
    """Knowing where steps belong costs nothing of what they are."""
    profile = (
        "version: 1\napp: {with: {import_name: shop}}\nextensions: [compress, shop.ext_redis]\n"
    )
    (tmp_path / "web.yaml").write_text(profile)
    program = (
        "import sys; from assembler.__main__ import main\n"
        "try: main(['lint', 'web.yaml'])\n"
        "finally: print([name for name in sys.modules if 'assembler.steps.catalog.' in name])"
    )

    done = run_cli(["-c", program], tmp_path)

    assert done.stdout.splitlines()[-1] == "['assembler.steps.catalog.compress']"


def test_loading_every_step_loads_nothing_heavy(tmp_path: Path) -> None:
    """A linter that asks for every step's options pays for none of their libraries."""
    program = (
        "import sys; from assembler.steps.catalog import find_catalog_names, get_catalog_step\n"
        "for name in find_catalog_names(): get_catalog_step(name).options.model_json_schema()\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )

    done = run_cli(["-c", program], tmp_path)

    assert done.stdout.strip() == "[]"
