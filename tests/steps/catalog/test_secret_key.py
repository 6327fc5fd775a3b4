"""The catalogue step `secret_key`."""

from __future__ import annotations

import secrets
import shlex
from typing import TYPE_CHECKING

import pytest
from flask import Flask, session

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.secrets.weak_secret import HINT, find_weakness
from assembler.steps.catalog.secret_key import STEP
from tests.support.processes import run_cli
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def context(tmp_path: Path) -> StepBench:
    """Return the context of a step on a bare app."""
    return StepBench(Flask(__name__), tmp_path)


def test_the_key_signs_sessions(context: StepBench) -> None:
    """A session written by one request is read by the next."""
    apply_step(context, "secret_key", key=secrets.token_hex(32))
    app = context.app
    app.add_url_rule("/put", "put", lambda: session.setdefault("cart", "tea"))
    app.add_url_rule("/get", "get", lambda: session["cart"])
    client = app.test_client()

    client.get("/put")

    assert client.get("/get").text == "tea"


def test_the_config_gives_the_key_where_the_step_does_not(context: StepBench) -> None:
    """The step is then only the check."""
    key = secrets.token_hex(32)
    context.app.config["SECRET_KEY"] = key

    apply_step(context, "secret_key")

    assert context.app.secret_key == key
    assert context.report.notes == []


@pytest.mark.parametrize(
    "key", [None, "", "dev", "changeme", "0123456789abcde", 12345678901234567890]
)
@pytest.mark.parametrize("place", ["option", "config"])
def test_a_weak_key_is_refused_outside_debug(context: StepBench, place: str, key: object) -> None:
    """The app does not come up, and the hint prints the command that makes a key."""
    options = {}
    if place == "config" or not isinstance(key, str):
        context.app.config["SECRET_KEY"] = key
    else:
        options["key"] = key

    with pytest.raises(StepFault, match="the secret key is refused") as raised:
        apply_step(context, "secret_key", **options)

    assert raised.value.code == codes.DEFAULT_SECRET
    assert raised.value.option == (("key",) if options else ())
    assert raised.value.hint == HINT
    assert str(key) not in str(raised.value) or not key or key == "dev"


def test_the_hints_command_makes_a_key_that_is_accepted(context: StepBench) -> None:
    """Following the remedy ends the complaint."""
    arguments = shlex.split(HINT.partition(": ")[2])
    made = run_cli(arguments[1:], context.root).stdout.strip()

    apply_step(context, "secret_key", key=made)

    assert find_weakness(made) is None


def test_debug_lets_a_weak_key_with_a_note(context: StepBench) -> None:
    """Whoever debugs needs no secret, and the report says that there is none."""
    context.app.debug = True

    apply_step(context, "secret_key", key="dev", fallbacks=["changeme"])

    assert context.app.secret_key == "dev"  # noqa: S105 - the very thing that is tested
    assert context.report.notes == [
        "the secret key is refused: it is a known default; allowed because debug is on",
        "the former secret key 1 is refused: it is a known default; allowed because debug is on",
    ]


def test_debug_gives_a_fixed_key_that_is_refused_anywhere_else(context: StepBench) -> None:
    """Sessions outlive a reload, and the key never gets into production."""
    context.app.debug = True
    apply_step(context, "secret_key")
    key = context.app.secret_key
    other = StepBench(Flask(__name__), context.root)
    other.app.config["SECRET_KEY"] = key

    with pytest.raises(StepFault, match="it is a known default"):
        apply_step(other, "secret_key")

    assert len(context.report.notes) == 1


def test_a_former_key_still_opens_sessions(context: StepBench) -> None:
    """Changing the key signs nobody out."""
    old, new = secrets.token_hex(32), secrets.token_hex(32)
    before = Flask(__name__)
    before.secret_key = old
    before.add_url_rule("/put", view_func=lambda: session.setdefault("cart", "tea"))
    cookie = before.test_client().get("/put").headers["Set-Cookie"].partition(";")[0]

    apply_step(context, "secret_key", key=new, fallbacks=[old])

    context.app.add_url_rule("/get", view_func=lambda: session["cart"])
    client = context.app.test_client(use_cookies=False)
    assert client.get("/get", headers={"Cookie": cookie}).text == "tea"


def test_a_weak_former_key_is_refused_as_well_and_all_is_said_at_once(context: StepBench) -> None:
    """A session can be forged with any key that is still accepted."""
    with pytest.raises(StepFault) as raised:
        apply_step(context, "secret_key", key="dev", fallbacks=[secrets.token_hex(32), "changeme"])

    assert [fault.option for fault in raised.value.more] == [("fallbacks", 1)]


def test_no_key_is_in_what_the_options_print() -> None:
    """An error that shows the options shows no secret."""
    options = STEP.options.model_validate({"key": "hunter2hunter2hunter2", "fallbacks": ["hunter"]})

    assert "hunter" not in repr(options)


def test_it_is_never_skipped() -> None:
    """An app without its key must not come up."""
    assert STEP.never_skip
