"""The catalogue step `json`."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from flask import Flask, render_template_string, request, session
from pydantic import ValidationError

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.steps.catalog.json import JsonOptions
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from pathlib import Path

LIBRARIES = ("standard", "orjson")


@dataclass
class Point:
    """What Flask writes as a mapping."""

    x: int
    _y: int = 2


class Html:
    """What Flask writes by its own word."""

    def __html__(self) -> str:
        """Return its HTML."""
        return "<b>"


VALUES: dict[Any, Any] = {
    "date": date(2020, 1, 2),
    "moment": datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
    "price": Decimal("1.10"),
    "id": UUID(int=7),
    "point": Point(1),
    "html": Html(),
    "text": "näh </b>",
    "numbers": [1, -1, 1.5, 1e22, 2**63, True, None],
    "keys": {7: None, 1: {}},
    "a": ("tuple", {}),
}


@pytest.fixture
def context(tmp_path: Path) -> StepBench:
    """Return the context of a step, of an app that answers with values or with what it gets."""
    app = Flask(__name__)
    app.secret_key = "x"  # noqa: S105 - a test's
    app.add_url_rule("/", view_func=lambda: VALUES)
    app.add_url_rule("/echo", "echo", lambda: {"got": request.json}, methods=["POST"])
    return StepBench(app, tmp_path)


def read(context: StepBench, **options: object) -> dict[str, Any]:
    """Return the answer of the app."""
    apply_step(context, "json", **options)
    found: dict[str, Any] = json.loads(context.app.test_client().get("/").data)
    return found


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_is_left_out_is_as_flask_has_it(context: StepBench, library: str) -> None:
    """With orjson as well: dates, decimals, UUIDs, dataclasses, and keys that are no strings."""
    before = json.loads(context.app.test_client().get("/").data)

    assert read(context, library=library) == before


@pytest.mark.parametrize("library", LIBRARIES)
def test_dates_and_decimals_have_the_form_that_is_asked_for(
    context: StepBench, library: str
) -> None:
    """The same with both libraries."""
    found = read(context, library=library, dates="iso", decimals="number")

    assert (found["date"], found["moment"]) == ("2020-01-02", "2020-01-02T03:04:05+00:00")
    assert found["price"] == 1.1
    assert found["id"] == "00000000-0000-0000-0000-000000000007"


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_projects_own_function_comes_first(context: StepBench, library: str) -> None:
    """What it does not know is written as without it."""

    def write(value: object) -> object:
        if isinstance(value, (complex, date)):
            return str(value)
        raise TypeError

    apply_step(context, "json", library=library, dates="iso", default=write)

    written = json.loads(context.app.json.dumps([2j, date(2020, 1, 2), Decimal(1)]))
    assert written == ["2j", "2020-01-02", "1"]
    with pytest.raises(TypeError, match="not JSON serializable"):
        context.app.json.dumps(object())


@pytest.mark.parametrize("library", LIBRARIES)
def test_keys_are_sorted_and_lines_kept_as_asked(context: StepBench, library: str) -> None:
    """On one line by default, but not while debugging."""
    provider = apply_step(context, "json", library=library)
    app: Any = context.app
    value = {"b": 1, "a": [2]}
    with app.test_request_context():
        assert app.json.response(value).get_data() == b'{"a":[2],"b":1}\n'
        app.debug = True
        assert app.json.response(value).get_data() == b'{\n  "a": [\n    2\n  ],\n  "b": 1\n}\n'
        provider.sort_keys, provider.compact = False, True
        assert app.json.response(b=1, a=2).get_data() == b'{"b":1,"a":2}\n'


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_orjson_cannot_write_is_written_all_the_same(context: StepBench, library: str) -> None:
    """Integers of more than 64 bits, and half of a pair of surrogates."""
    apply_step(context, "json", library=library)
    context.app.add_url_rule("/odd", "odd", lambda: {"n": 2**70, "s": "\ud800"})

    answer = context.app.test_client().get("/odd")

    assert json.loads(answer.data) == {"n": 2**70, "s": "\ud800"}


def test_the_differences_of_orjson_are_these(context: StepBench) -> None:
    """As the documentation tells them."""
    standard = context.app.json
    apply_step(context, "json", library="orjson")
    own = context.app.json

    assert (standard.dumps(float("nan")), own.dumps(float("nan"))) == ("NaN", "null")
    assert (standard.dumps(["ä"]), own.dumps(["ä"])) == (r'["\u00e4"]', '["ä"]')
    assert (standard.dumps([1, 2]), own.dumps([1, 2])) == ("[1, 2]", "[1,2]")
    assert (standard.loads(str(2**70)), type(own.loads(str(2**70)))) == (2**70, float)
    with pytest.raises(ValueError, match="unexpected character"):
        own.loads("NaN")


@pytest.mark.parametrize("library", LIBRARIES)
def test_requests_sessions_and_templates_use_it(context: StepBench, library: str) -> None:
    """Wherever Flask reads and writes JSON; what is none is the client's fault."""
    app = context.app
    assert app.jinja_env is not None  # it is made before the step
    apply_step(context, "json", library=library, dates="iso")

    @app.get("/keep")
    def keep() -> str:
        session["when"] = datetime(2020, 1, 2, tzinfo=UTC)
        return render_template_string("{{ value|tojson }}", value={"d": date(2020, 1, 2), "t": "<"})

    @app.get("/kept")
    def kept() -> str:
        return str(session["when"])

    client = app.test_client()
    assert json.loads(client.get("/keep").text) == {"d": "2020-01-02", "t": "<"}
    assert client.get("/kept").text == "2020-01-02 00:00:00+00:00"
    assert client.post("/echo", json={"d": date(2020, 1, 2)}).json == {"got": {"d": "2020-01-02"}}
    assert client.post("/echo", data="{", content_type="application/json").status_code == 400


def test_what_orjson_cannot_do_is_said(context: StepBench) -> None:
    """At the option."""
    with pytest.raises(StepFault, match="cannot escape") as raised:
        apply_step(context, "json", library="orjson", ensure_ascii=True)

    assert raised.value.option == ("ensure_ascii",)
    assert read(context, ensure_ascii="no")["text"] == "näh </b>"
    assert "näh" in context.app.test_client().get("/").text


def test_orjson_that_is_not_installed_names_the_extra(
    context: StepBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The remedy is one command."""
    monkeypatch.setitem(sys.modules, "orjson", None)

    with pytest.raises(StepFault, match="orjson is not installed") as raised:
        apply_step(context, "json", library="orjson")

    assert raised.value.code == codes.EXTRA_MISSING
    assert raised.value.hint == 'Run `pip install "flask-assembler[json]"`.'


@pytest.mark.parametrize(
    "options",
    [{"library": "ujson"}, {"dates": "unix"}, {"decimals": 1}, {"default": "x:y"}, {"default": 1}],
)
def test_what_is_no_choice_is_refused(options: dict[str, object]) -> None:
    """At lint, not at the first request."""
    with pytest.raises(ValidationError):
        JsonOptions.model_validate(options)
