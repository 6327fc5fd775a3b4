"""The catalogue step `request_id`."""

from __future__ import annotations

import io
import re
from contextvars import copy_context
from typing import TYPE_CHECKING, NoReturn

import pytest
from flask import Flask, has_request_context, send_file
from pydantic import ValidationError
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wsgi import FileWrapper

from assembler.steps.catalog.request_id import RequestIdOptions
from assembler.steps.request_scope import find_ids
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from werkzeug.test import TestResponse


@pytest.fixture
def context(tmp_path: Path) -> StepBench:
    """Return the context of a step, of an app that tells the id of the request."""
    app = Flask(__name__)

    @app.get("/")
    def tell() -> str:
        return str(app.extensions["request_id"]())

    return StepBench(app, tmp_path)


def apply_request_id(context: StepBench, **options: object) -> None:
    """Carry the step out, and finish the app."""
    apply_step(context, "request_id", **options)
    context.finish()


def ask(context: StepBench, path: str, headers: dict[str, str] | None = None) -> TestResponse:
    """Send one request, and close the answer as a server does."""
    return context.app.test_client().get(path, headers=headers, buffered=True)


def test_each_request_has_an_id_that_its_answer_tells(context: StepBench) -> None:
    """A new one for each; outside of a request there is none."""
    find = apply_step(context, "request_id")
    context.finish()

    first, second = ask(context, "/"), ask(context, "/missing")

    assert re.fullmatch("[0-9a-f]{32}", first.text)
    assert first.headers.getlist("X-Request-ID") == [first.text]
    assert re.fullmatch("[0-9a-f]{32}", second.headers["X-Request-ID"])
    assert second.headers["X-Request-ID"] != first.text
    assert find() is None


def test_a_strangers_id_is_not_taken_over(context: StepBench) -> None:
    """Else he could write into the log what is another's."""
    apply_request_id(context)

    answer = ask(context, "/", headers={"X-Request-ID": "his"})

    assert answer.text != "his"


def test_a_trusted_id_is_taken_over(context: StepBench) -> None:
    """From the header named, and told in the same."""
    apply_request_id(context, header="X-Trace", trust="yes")

    answer = ask(context, "/", headers={"X-Trace": "edge:42/a+b="})

    assert answer.text == answer.headers["X-Trace"] == "edge:42/a+b="


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "näh", 'a"b', "a\tb"])
def test_what_would_break_a_line_is_not_taken_over(context: StepBench, given: str) -> None:
    """A proxy may pass on what a stranger has sent."""
    apply_request_id(context, trust=True)

    answer = ask(context, "/", headers={"X-Request-ID": given})

    assert re.fullmatch("[0-9a-f]{32}", answer.text)


def test_a_header_of_the_apps_own_is_replaced(context: StepBench) -> None:
    """What the client is told is what the log says."""
    apply_request_id(context)
    context.app.add_url_rule(
        "/own", "own", lambda: (context.app.extensions["request_id"](), {"x-request-id": "own"})
    )

    answer = ask(context, "/own")

    assert answer.headers.getlist("X-Request-ID") == [answer.text]


def test_a_stream_is_of_its_request_until_it_is_closed(context: StepBench) -> None:
    """Its parts are made while the server sends them."""
    apply_request_id(context)
    told: list[str] = []

    def stream() -> Iterator[str]:
        told.append(find_ids()["request_id"])
        yield "one"
        told.append(find_ids()["request_id"])

    context.app.add_url_rule("/stream", "stream", lambda: (stream(), 200))
    answer = ask(context, "/stream")

    assert told == [answer.headers["X-Request-ID"]] * 2
    assert find_ids() == {}


def test_a_request_inside_of_another_leaves_it_its_id(context: StepBench) -> None:
    """As a view that asks its own app."""
    apply_request_id(context)

    def ask_twice() -> list[str]:
        before = find_ids()["request_id"]
        return [before, ask(context, "/").text, find_ids()["request_id"]]

    context.app.add_url_rule("/ask", view_func=ask_twice)

    before, inner, after = ask(context, "/ask").get_json()

    assert before == after != inner


def test_a_file_is_still_sent_by_the_server(context: StepBench) -> None:
    """Which knows it by its wrapper."""
    context.app.add_url_rule(
        "/file", "file", lambda: send_file(io.BytesIO(b"x"), "text/plain", etag=False)
    )
    apply_request_id(context)
    environ = EnvironBuilder("/file").get_environ() | {"wsgi.file_wrapper": FileWrapper}

    answer = copy_context().run(context.app.wsgi_app, environ, lambda *_: lambda _data: None)

    assert isinstance(answer, FileWrapper)
    answer.close()


def test_an_error_that_the_server_logs_next_is_of_the_request(context: StepBench) -> None:
    """The next request has its own all the same."""
    apply_request_id(context)
    context.app.testing = True
    told: list[str] = []

    def fail() -> NoReturn:
        told.append(find_ids()["request_id"])
        raise ZeroDivisionError

    context.app.add_url_rule("/fail", view_func=fail)

    def serve() -> None:
        with pytest.raises(ZeroDivisionError):
            run_wsgi_app(context.app.wsgi_app, EnvironBuilder("/fail").get_environ())
        told.append(find_ids()["request_id"])
        told.append(ask(context, "/").text)

    copy_context().run(serve)

    assert told[0] == told[1] != told[2]


def test_the_id_is_known_before_any_hook_runs(context: StepBench) -> None:
    """It is put around all steps, wherever it is in the list."""
    told: list[str] = []
    context.app.before_request(lambda: told.append(find_ids()["request_id"]))
    apply_request_id(context)

    answer = ask(context, "/")

    assert told == [answer.text]
    assert not has_request_context()


@pytest.mark.parametrize("options", [{"header": ""}, {"header": "X Id"}, {"trust": "often"}])
def test_what_is_no_header_or_flag_is_refused(options: dict[str, object]) -> None:
    """At lint, not at the first request."""
    with pytest.raises(ValidationError):
        RequestIdOptions.model_validate(options)
