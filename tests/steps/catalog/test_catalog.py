"""The table of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler.steps.catalog import TABLE, find_catalog_names, get_catalog_step
from assembler.steps.forms import Options
from tests.support.processes import run_cli

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import BaseModel

HEAVY = ("flask", "gevent", "sqlalchemy", "grpc", "ssl", "logging", "werkzeug", "alembic")


@pytest.mark.parametrize("name", sorted(TABLE))
def test_each_name_leads_to_the_step_that_bears_it(name: str) -> None:
    """The table and the files agree, and every step says what it is in one line."""
    step = get_catalog_step(name)

    assert step.name == name
    assert step.summary.endswith(".")
    assert "\n" not in step.summary
    assert issubclass(step.options, Options)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_option_is_described(name: str) -> None:
    """`assembler catalog NAME` and the schema have something to print for each option."""
    options: type[BaseModel] = get_catalog_step(name).options

    bare = [key for key, field in options.model_fields.items() if not field.description]

    assert bare == []


def test_an_unknown_name_is_a_key_error() -> None:
    """The caller turns it into its own diagnostic, with a suggestion."""
    with pytest.raises(KeyError):
        get_catalog_step("databse")


def test_the_names_are_sorted() -> None:
    """They can be printed as they come."""
    assert find_catalog_names() == sorted(TABLE)


def test_after_names_steps_of_the_catalogue() -> None:
    """An order between two steps that does not exist would never be checked."""
    for name in TABLE:
        assert set(get_catalog_step(name).after) <= set(TABLE)


def test_loading_every_step_loads_nothing_heavy(tmp_path: Path) -> None:
    """A linter that asks for every step's options pays for none of their libraries."""
    program = (
        "import sys; from assembler.steps.catalog import find_catalog_names, get_catalog_step\n"
        "for name in find_catalog_names(): get_catalog_step(name).options.model_json_schema()\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )

    done = run_cli(["-c", program], tmp_path)

    assert done.stdout.strip() == "[]"
