"""Ask an app, and keep what it answers in plain JSON types: requests, commands, calls.

A step of a conversation is one of

- ``{"request": "POST /things", "json": …}``, with ``data`` and ``headers`` as Werkzeug's client
  takes them; one client asks all requests, so that cookies are kept;
- ``{"command": ["db", "heads"]}``: a command of the app's own command line;
- ``{"call": "module:attribute"}``: a call in an app context, to make tables for instance.
"""

from __future__ import annotations

import gzip
import re
from importlib import import_module
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from tests.support.described import Describer, name_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.described import Json

__all__ = ["ask", "find_object"]

OMITTED = "Date"
# What differs from one request to the next, with what stands for it: times, and signatures of them.
VOLATILE = {
    "Server-Timing": (re.compile(r"dur=\d+"), "dur=N"),
    "X-Taken-Ms": (re.compile(r"\d+"), "N"),
    "X-Request-ID": (re.compile(r"[0-9a-f]{32}"), "ID"),
    "Set-Cookie": (re.compile(r"(session=\.?[^.;]+)\.[^;]+"), r"\1"),
}


def ask(app: Flask, conversation: Iterable[Mapping[str, Any]]) -> list[Json]:
    """Carry out each step of the conversation, and give the answers in that order."""
    client = app.test_client()
    return [_take_step(app, client, step) for step in conversation]


def find_object(reference: str) -> Any:  # noqa: ANN401 - an object of the app's
    """Import what ``module:attribute.path`` names."""
    module, _, path = reference.partition(":")
    return attrgetter(path)(import_module(module))


def _take_step(app: Flask, client: FlaskClient, step: Mapping[str, Any]) -> Json:
    if "request" in step:
        return _request(client, step)
    if "command" in step:
        result = app.test_cli_runner().invoke(args=step["command"])
        raised = None if result.exception is None else name_type(result.exception)
        return {"status": result.exit_code, "output": result.output, "raised": raised}
    with app.app_context():
        return Describer().describe(find_object(step["call"])())


def _request(client: FlaskClient, step: Mapping[str, Any]) -> Json:
    method, _, path = step["request"].partition(" ")
    options = {key: value for key, value in step.items() if key != "request"}
    try:
        response = client.open(path, method=method, **options)
    except Exception as error:  # noqa: BLE001 - under test an app lets what it raises through
        return {"raised": f"{name_type(error)}: {error}"}
    with response:
        return {
            "status": response.status,
            "headers": [
                [name, _mask(name, value)] for name, value in response.headers if name != OMITTED
            ],
            "body": Describer().describe(_decode(response.data, response.content_encoding)),
        }


def _mask(name: str, value: str) -> str:
    pattern, instead = VOLATILE.get(name, (None, ""))
    return value if pattern is None else pattern.sub(instead, value)


def _decode(body: bytes, encoding: str | None) -> str | bytes:
    """Unpack the body, which has the time in it when it is packed, and read it where it is text."""
    if encoding == "gzip":
        body = gzip.decompress(body)
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body
