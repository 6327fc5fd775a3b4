"""The config source `argument`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from pydantic import ValidationError

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.steps.config_object import read_object
from tests.support.source_context import SourceBench, load_source

if TYPE_CHECKING:
    from pathlib import Path

MODULE = """\
class Base:
    NAME = "base"

class Testing(Base):
    NAME = "testing"

CONFIGS = {"base": Base, "testing": Testing, "mapping": {"NAME": "mapping", "x": 1}}
BY_TEXT = {"testing": "shop_configs.Testing"}
LIST = []
"""


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SourceBench:
    """Return the context of a source, and a module of configs."""
    (tmp_path / "shop_configs.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "shop_configs", raising=False)
    return SourceBench(Flask(__name__), tmp_path)


class Passed:
    """What a test may pass."""

    NAME = "passed"


@pytest.mark.parametrize(
    ("argument", "name"),
    [
        ({"NAME": "mapping", "lower": 1}, "mapping"),
        (Passed, "passed"),
        (Passed(), "passed"),
        ("shop_configs.Testing", "testing"),
        ("shop_configs:Testing", "testing"),
    ],
)
@pytest.mark.parametrize("options", [{}, {"default": {"NAME": "default"}}])
def test_what_the_caller_passed_wins_over_the_default(
    context: SourceBench, argument: object, name: str, options: dict[str, object]
) -> None:
    """A mapping, a class, an instance, or a text that `from_object` takes."""
    context.argument = argument

    assert load_source(context, "argument", **options) == {"NAME": name}
    assert read_object(context.app, argument) == {"NAME": name}


@pytest.mark.parametrize(
    ("options", "values"),
    [
        ({}, {}),
        ({"default": "shop_configs:Base"}, {"NAME": "base"}),
        ({"default": {"NAME": "inline"}}, {"NAME": "inline"}),
        ({"default": Passed}, {"NAME": "passed"}),
        ({"default": "testing", "choose": "shop_configs:CONFIGS"}, {"NAME": "testing"}),
        ({"default": "mapping", "choose": "shop_configs:CONFIGS"}, {"NAME": "mapping"}),
        ({"default": {"NAME": "inline"}, "choose": "shop_configs:CONFIGS"}, {"NAME": "inline"}),
        ({"choose": "shop_configs:CONFIGS"}, {}),
    ],
)
def test_the_default_stands_in_for_what_was_not_passed(
    context: SourceBench, options: dict[str, object], values: dict[str, object]
) -> None:
    """A reference, a mapping, an object, or a name to choose by."""
    assert load_source(context, "argument", **options) == values


@pytest.mark.parametrize(
    ("argument", "name"),
    [
        ("testing", "testing"),
        ("shop_configs.Base", "base"),
        ({"NAME": "x"}, "x"),
        (Passed, "passed"),
    ],
)
def test_a_name_is_chosen_by(context: SourceBench, argument: object, name: str) -> None:
    """With `choose` a name is looked up; what is no name is taken as without it."""
    context.argument = argument

    assert load_source(context, "argument", choose="shop_configs:CONFIGS") == {"NAME": name}


def test_what_is_chosen_may_be_an_import_name(context: SourceBench) -> None:
    """A mapping of names to texts for `from_object` works as one to classes."""
    context.argument = "testing"

    assert load_source(context, "argument", choose="shop_configs:BY_TEXT") == {"NAME": "testing"}


def test_a_name_that_is_not_there_is_an_error(context: SourceBench) -> None:
    """The hint says which names there are, or which was meant."""
    for argument, hint in (
        ("testin", "Did you mean 'testing'?"),
        ("zzz", "Use one of base, mapping, testing."),
    ):
        context.argument = argument
        with pytest.raises(StepFault, match=f'no config is called "{argument}"') as caught:
            load_source(context, "argument", choose="shop_configs:CONFIGS")
        assert (caught.value.hint, caught.value.code) == (hint, codes.SOURCE_FAILED)


def test_choices_that_cannot_be_imported_are_an_error_of_that_option(context: SourceBench) -> None:
    """Where the profile names them."""
    with pytest.raises(StepFault, match='has no attribute "CONFGS"') as caught:
        load_source(context, "argument", choose="shop_configs:CONFGS")

    assert caught.value.option == ("choose",)


def test_a_default_beside_choose_is_a_name_or_a_reference(context: SourceBench) -> None:
    """A name that is not in the mapping is told apart from a reference by its form."""
    choose = "shop_configs:CONFIGS"
    by_reference = load_source(context, "argument", default="shop_configs:Base", choose=choose)
    assert by_reference == load_source(context, "argument", default="shop_configs:Base")
    with pytest.raises(StepFault, match="no config is called"):
        load_source(context, "argument", default="nothing", choose=choose)


@pytest.mark.parametrize("argument", [5, b"x", [("A", 1)]])
def test_what_holds_no_config_is_refused(context: SourceBench, argument: object) -> None:
    """Flask would take these, and set nothing."""
    context.argument = argument
    with pytest.raises(StepFault) as caught:
        load_source(context, "argument")

    assert caught.value.code is codes.CONFIG_NOT_A_MAPPING


@pytest.mark.parametrize("argument", ["nothing_like_it", "shop_configs.Nothing", ""])
def test_a_text_that_names_nothing_is_an_error(context: SourceBench, argument: str) -> None:
    """An import name that leads nowhere is said, not raised as it comes."""
    context.argument = argument
    with pytest.raises(StepFault, match="cannot be imported") as caught:
        load_source(context, "argument")

    assert caught.value.code is codes.IMPORT_FAILED


def test_choose_must_lead_to_a_mapping(context: SourceBench) -> None:
    """Names are looked up in a mapping."""
    with pytest.raises(StepFault, match="expected a mapping of names, got a value of type list"):
        load_source(context, "argument", choose="shop_configs:LIST")


def test_what_is_required_must_be_passed(context: SourceBench) -> None:
    """The profile is told to need it."""
    with pytest.raises(StepFault) as caught:
        load_source(context, "argument", required=True)

    fault = caught.value
    assert fault.code is codes.CALLER_CONFIG_MISSING
    assert fault.message == "the profile needs what its caller passes as `create_app(…, config=)`"
    assert fault.hint == "Pass it, or write a `default` in place of `required`."


@pytest.mark.parametrize("argument", [{}, {"A": 1}])
def test_what_is_required_may_be_empty(context: SourceBench, argument: dict[str, int]) -> None:
    """An empty mapping was passed, too."""
    context.argument = argument

    assert load_source(context, "argument", required=True) == argument


def test_required_takes_no_default(context: SourceBench) -> None:
    """One of the two would never count."""
    with pytest.raises(ValidationError, match="expected no default beside it"):
        load_source(context, "argument", required=True, default={"A": 1})
