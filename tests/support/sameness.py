"""Describe what a Flask app is made of, and say where two descriptions differ.

`describe_app` imports nothing but Flask and what Flask needs, so that a process without assembler
can describe a hand-written app. The description has every config value in it, secrets too: whoever
prints one has to mask it.
"""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, NamedTuple

from tests.support.app_parts import (
    EXTENSION_LEVELS,
    describe_blueprint,
    describe_commands,
    describe_error_handlers,
    describe_extensions,
    describe_hooks,
    describe_json,
    describe_logging,
    describe_object,
    describe_shell,
    describe_signals,
    describe_templates,
    describe_url_map,
)
from tests.support.described import Describer, Json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask

__all__ = ["ABSENT", "Difference", "describe_app", "find_differences"]

ABSENT = "(nothing)"
APP_ITSELF = "<the app>"

# Attributes that a section of their own describes, or that say what has happened since.
DESCRIBED_APART = frozenset(
    {
        "after_request_funcs", "before_request_funcs", "blueprints", "cli", "config",
        "error_handler_spec", "extensions", "jinja_env", "jinja_loader", "json", "logger",
        "shell_context_processors", "teardown_appcontext_funcs", "teardown_request_funcs",
        "template_context_processors", "url_build_error_handlers", "url_default_functions",
        "url_map", "url_value_preprocessors", "view_functions", "wsgi_app",
    }
)  # fmt: skip
WSGI_LEVELS = 20  # wrappers around wrappers


class Difference(NamedTuple):
    """Something that two descriptions say differently; what one does not say is ``(nothing)``."""

    path: str
    left: Json
    right: Json


def describe_app(app: Flask) -> dict[str, Json]:
    """Describe ``app`` in plain JSON types: a section for each thing that assembling may change.

    It has no effect but those of looking: the Jinja environment and the logger are made if they are
    not yet there, and shell context processors are called. To be asked before the first request.
    """
    known = {id(app): APP_ITSELF, id(app.config): "<the config>"}
    describer = Describer(known)
    return {
        "app": describe_object(app),
        "attributes": {
            name: describer.describe(value, EXTENSION_LEVELS)
            for name, value in vars(app).items()
            if name not in DESCRIBED_APART and not name.startswith("_")
        },
        "config": {key: describer.describe(value) for key, value in app.config.items()},
        "url_map": describe_url_map(app.url_map, describer),
        "views": {name: describer.describe(view) for name, view in app.view_functions.items()},
        "hooks": describe_hooks(app, describer),
        "error_handlers": describe_error_handlers(app, describer),
        "signals": describe_signals(app, describer),
        "blueprints": [describe_blueprint(*entry) for entry in app.blueprints.items()],
        "commands": describe_commands(app.cli, describer),
        "templates": describe_templates(app, describer),
        "json": describe_json(app),
        "extensions": describe_extensions(app, describer),
        "wsgi": Describer(known, private=True).describe(app.wsgi_app, WSGI_LEVELS),
        "logging": describe_logging(app),
        "warnings": describer.describe(warnings.filters),
        "shell": describe_shell(app, describer),
    }


def find_differences(left: Json, right: Json, path: str = "") -> list[Difference]:
    """Return every place where the two differ, in the order of the left one.

    Of lists of the same length the items are compared, of others what only one side has.
    """
    if isinstance(left, dict) and isinstance(right, dict):
        keys = [*left, *(key for key in right if key not in left)]
        pairs: Iterable[tuple[str, Json, Json]] = (
            (f"{path}.{key}" if path else key, left.get(key, ABSENT), right.get(key, ABSENT))
            for key in keys
        )
    elif isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            return _compare_lengths(left, right, path)
        pairs = (
            (f"{path}[{index}]", *pair) for index, pair in enumerate(zip(left, right, strict=True))
        )
    else:
        # Of their types too: Python takes 1, 1.0 and True for the same.
        same = left == right and type(left) is type(right)
        return [] if same else [Difference(path, left, right)]
    return [found for place, one, other in pairs for found in find_differences(one, other, place)]


def _compare_lengths(left: list[Json], right: list[Json], path: str) -> list[Difference]:
    """Take out of both lists what the other has too."""
    only_left = [json.dumps(item, sort_keys=True) for item in left]
    only_right = []
    for item in (json.dumps(item, sort_keys=True) for item in right):
        if item in only_left:
            only_left.remove(item)
        else:
            only_right.append(item)
    found = [Difference(f"{path}[]", json.loads(item), ABSENT) for item in only_left]
    return [*found, *(Difference(f"{path}[]", ABSENT, json.loads(item)) for item in only_right)]
