"""The config source `env`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from tests.support.source_context import SourceBench, load_source

if TYPE_CHECKING:
    from pathlib import Path

ENV = {
    "SHOP_TEXT": "plain",
    "SHOP_NUMBER": "5",
    "SHOP_LIST": '[1, "a"]',
    "SHOP_BROKEN": "{",
    "SHOP_EMPTY": "",
    "SHOP_lower": "true",
    "SHOP_DB__URL": "sqlite://",
    "SHOP_DB__POOL__SIZE": "3",
    "SHOP_ENGINE": '{"echo": true}',
    "SHOP_ENGINE__pool": "null",
    "SHOPPING": "no",
    "OTHER_TEXT": "no",
}


def read_by_hand(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch, prefix: str
) -> dict[str, Any]:
    """Return what Flask sets for the same environment."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    app = Flask(__name__)
    before = dict(app.config)
    app.config.from_prefixed_env(prefix)
    return {key: value for key, value in app.config.items() if key not in before}


def test_env_reads_what_flask_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON, text, nested keys, lower case: all as `from_prefixed_env` has it."""
    context = SourceBench(Flask(__name__), tmp_path, env=ENV)

    values = load_source(context, "env", prefix="SHOP")

    assert values == read_by_hand(ENV, monkeypatch, "SHOP")
    assert values["DB"] == {"URL": "sqlite://", "POOL": {"SIZE": 3}}
    assert values["ENGINE"] == {"echo": True, "pool": None}


def test_env_reads_the_env_that_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process's environment has no say where another stands in for it."""
    monkeypatch.setenv("FLASK_FROM_PROCESS", "1")
    context = SourceBench(Flask(__name__), tmp_path, env={"FLASK_FROM_GIVEN": "1"})

    assert load_source(context, "env") == {"FROM_GIVEN": 1}


def test_env_adds_to_what_is_there_without_touching_it(tmp_path: Path) -> None:
    """A nested key goes into a copy of the dict that an earlier source set: it may be a class's."""

    class Settings:
        DB = {"POOL": {"SIZE": 1, "PRE_PING": True}, "URL": "x"}  # noqa: RUF012 - what the test is about

    context = SourceBench(Flask(__name__), tmp_path, env={"FLASK_DB__POOL__SIZE": "9"})
    load_source(context, "object", target=Settings)
    load_source(context, "env")

    assert context.app.config["DB"] == {"POOL": {"SIZE": 9, "PRE_PING": True}, "URL": "x"}
    assert Settings.DB == {"POOL": {"SIZE": 1, "PRE_PING": True}, "URL": "x"}


def test_the_separator_can_be_another(tmp_path: Path) -> None:
    """Only the separator that was given parts keys."""
    env = {"FLASK_A.B": "1", "FLASK_C__D": "2"}
    context = SourceBench(Flask(__name__), tmp_path, env=env)

    assert load_source(context, "env", separator=".") == {"A": {"B": 1}, "C__D": 2}


def test_every_key_that_goes_into_no_mapping_is_reported(tmp_path: Path) -> None:
    """Flask would raise a TypeError; here each variable is named, its value is not."""
    env = {"FLASK_A": "text", "FLASK_A__B": "hidden", "FLASK_TESTING__X": "hidden"}
    context = SourceBench(Flask(__name__), tmp_path, env=env)
    with pytest.raises(StepFault) as caught:
        load_source(context, "env")

    faults = (caught.value, *caught.value.more)
    assert [fault.hint for fault in faults] == [
        "Unset FLASK_A__B, or make A a mapping.",
        "Unset FLASK_TESTING__X, or make TESTING a mapping.",
    ]
    assert {fault.code for fault in faults} == {codes.SOURCE_FAILED}
    assert not any("hidden" in fault.message for fault in faults)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("TESTING", "off", False),
        ("TESTING", '"off"', False),
        ("MAX_CONTENT_LENGTH", "1024", 1024),
        ("MAX_CONTENT_LENGTH", '"1024"', 1024),
        ("SECRET_KEY", "12345", "12345"),
        ("SECRET_KEY", '"12345"', "12345"),
        ("A__TESTING", "off", {"TESTING": "off"}),
    ],
)
def test_known_key_gets_its_type(tmp_path: Path, name: str, text: str, value: object) -> None:
    """With or without the quotes of JSON; below another key the name means nothing."""
    context = SourceBench(Flask(__name__), tmp_path, env={f"FLASK_{name}": text})

    assert load_source(context, "env") == {name.partition("__")[0]: value}


def test_empty_variable_of_a_known_key_is_passed_over_with_a_note(tmp_path: Path) -> None:
    """The variables behind it are read."""
    context = SourceBench(Flask(__name__), tmp_path, env={"FLASK_TESTING": "", "FLASK_Z": "1"})

    assert load_source(context, "env") == {"Z": 1}
    assert context.notes == [
        'TESTING is empty (from the variable "FLASK_TESTING"), which counts as not set'
    ]


def test_every_variable_of_a_wrong_type_is_reported(tmp_path: Path) -> None:
    """All at once, beside those that go into no mapping."""
    env = {
        "FLASK_A": "text",
        "FLASK_A__B": "1",
        "FLASK_DEBUG": "hidden",
        "FLASK_TESTING": "hidden",
    }
    context = SourceBench(Flask(__name__), tmp_path, env=env)
    with pytest.raises(StepFault) as caught:
        load_source(context, "env")

    assert [fault.message for fault in (caught.value, *caught.value.more)] == [
        'the variable "FLASK_A__B" sets a key of A, which is not a mapping there',
        'DEBUG: expected true or false, got a string (from the variable "FLASK_DEBUG")',
        'TESTING: expected true or false, got a string (from the variable "FLASK_TESTING")',
    ]


@pytest.mark.parametrize("text", [" 5", "true ", "1.5\t"])
def test_typed_value_between_blanks_is_rejected(tmp_path: Path, text: str) -> None:
    """Nobody means them; in a text they may be meant."""
    context = SourceBench(Flask(__name__), tmp_path, env={"FLASK_A__B": text})
    with pytest.raises(StepFault) as caught:
        load_source(context, "env")

    assert caught.value.message == (
        'A.B: white space at the ends of the value (from the variable "FLASK_A__B")'
    )
    context.env = {"FLASK_A__B": " x "}
    assert load_source(context, "env") == {"A": {"B": " x "}}


def test_prefix_and_separator_may_be_one_character_and_not_none(tmp_path: Path) -> None:
    """Without a prefix all of the environment would be config."""
    context = SourceBench(Flask(__name__), tmp_path, env={"S_A.B": "1"})

    assert load_source(context, "env", prefix="S", separator=".") == {"A": {"B": 1}}
    for option in ("prefix", "separator"):
        with pytest.raises(ValidationError, match="at least 1 character"):
            load_source(context, "env", **{option: ""})


NAMES = st.lists(st.sampled_from(["A", "B", "c"]), min_size=1, max_size=3).map("__".join)
TEXTS = st.sampled_from(["", "x", "1", "{}", '{"B": {"A": 1}}', "[", "null"])


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=60,
)
@given(st.dictionaries(NAMES.map("SHOP_{}".format), TEXTS, max_size=6))
def test_any_environment_is_read_as_flask_reads_it(tmp_path: Path, env: dict[str, str]) -> None:
    """Where Flask gives a config the values are equal, and where it raises there is a fault."""
    context = SourceBench(Flask(__name__), tmp_path, env=env)
    with pytest.MonkeyPatch.context() as monkeypatch:
        try:
            expected = read_by_hand(env, monkeypatch, "SHOP")
        except TypeError:
            with pytest.raises(StepFault):
                load_source(context, "env", prefix="SHOP")
            return

    assert json.dumps(load_source(context, "env", prefix="SHOP"), sort_keys=True) == json.dumps(
        expected, sort_keys=True
    )
