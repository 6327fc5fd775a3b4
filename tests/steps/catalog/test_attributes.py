"""The catalogue step `attributes`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask, render_template_string

from assembler.diagnostics.faults import StepFault
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def context(tmp_path: Path) -> StepBench:
    """Return the context of a step on a bare app."""
    return StepBench(Flask(__name__), tmp_path)


def test_a_nested_attribute_changes_how_the_app_routes(context: StepBench) -> None:
    """Without strict slashes `/shop` answers where only `/shop/` was registered."""
    apply_step(context, "attributes", **{"url_map.strict_slashes": False})
    context.app.add_url_rule("/shop/", view_func=lambda: "open")

    assert context.app.test_client().get("/shop").status_code == 200


def test_a_new_attribute_may_be_any_object(context: StepBench) -> None:
    """A client that the project made is hung on the app."""
    client = object()

    apply_step(context, "attributes", redis=client)

    assert context.app.redis is client  # type: ignore[attr-defined]


def test_a_part_is_a_key_where_its_parent_is_a_mapping(context: StepBench) -> None:
    """A Jinja global is set by the same grammar."""
    apply_step(context, "attributes", **{"jinja_env.globals.shop": "Corner"})

    with context.app.app_context():
        assert render_template_string("{{ shop }}") == "Corner"


@pytest.mark.parametrize(("text", "meant"), [("no", False), ("ON", True), ("0", False)])
def test_a_boolean_attribute_reads_words_as_the_profile_does(
    context: StepBench, text: str, *, meant: bool
) -> None:
    """The text "no", which Python takes for true, means what its author meant."""
    apply_step(context, "attributes", **{"url_map.strict_slashes": text})

    assert context.app.url_map.strict_slashes is meant


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("url_mapp.strict_slashes", '"app" has no "url_mapp"'),
        ("url_map.deep.er", '"app.url_map" has no "deep"'),
        ("jinja_env.globals.no.way", '"app.jinja_env.globals" has no "no"'),
        ("config.DEBUG", '"config.DEBUG" is a config value, not an attribute'),
        ("debug", '"debug" is a config value, not an attribute'),
        ("secret_key", '"secret_key" is a config value, not an attribute'),
        ("__class__", 'expected a dotted path of public attributes, got "__class__"'),
        ("json..indent", 'expected a dotted path of public attributes, got "json..indent"'),
    ],
)
def test_what_cannot_be_set_is_said_at_its_key(context: StepBench, path: str, message: str) -> None:
    """The fault stands at the key that is wrong."""
    with pytest.raises(StepFault) as raised:
        apply_step(context, "attributes", **{path: True})

    assert raised.value.message == message
    assert raised.value.option == (path,)


def test_a_misspelt_parent_gets_a_suggestion(context: StepBench) -> None:
    """The hint names what is there."""
    with pytest.raises(StepFault) as raised:
        apply_step(context, "attributes", **{"url_mapp.strict_slashes": False})

    assert raised.value.hint == "Did you mean 'url_map'?"


def test_an_attribute_that_cannot_be_written_says_so(context: StepBench) -> None:
    """A property without a setter is the author's to leave out."""
    with pytest.raises(StepFault) as raised:
        apply_step(context, "attributes", has_static_folder=True)

    assert raised.value.message.startswith('"has_static_folder" cannot be set: ')


def test_all_that_cannot_be_set_is_said_at_once(context: StepBench) -> None:
    """One fault carries the others."""
    with pytest.raises(StepFault) as raised:
        apply_step(context, "attributes", **{"nowhere.a": 1, "config.X": 2})

    assert [fault.option for fault in raised.value.more] == [("config.X",)]
