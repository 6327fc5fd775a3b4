"""Look at an app's Jinja environment, where there is one yet."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from assembler.ledger.form import Kind

if TYPE_CHECKING:
    from flask import Flask

    from assembler.ledger.naming import Namer

__all__ = ["JINJA_KINDS"]

OPTIONS = (
    "block_start_string", "block_end_string", "variable_start_string", "variable_end_string",
    "comment_start_string", "comment_end_string", "line_statement_prefix", "line_comment_prefix",
    "trim_blocks", "lstrip_blocks", "newline_sequence", "keep_trailing_newline", "optimized",
    "auto_reload", "undefined",
)  # fmt: skip
# What Flask puts into every environment.
FLASK_GLOBALS = frozenset({"url_for", "get_flashed_messages", "config", "request", "session", "g"})


def _find_environment(app: Flask) -> Any:  # noqa: ANN401 - Jinja's
    """Return the environment; asking the app would make it."""
    return vars(app).get("jinja_env")


def _take_table(app: Flask, name: str, defaults: str) -> dict[str, Any]:
    """Return what a table of the environment has beside Jinja's own."""
    environment = _find_environment(app)
    if environment is None:
        return {}
    own = getattr(sys.modules["jinja2.defaults"], defaults)
    return {
        key: value for key, value in getattr(environment, name).items() if own.get(key) is not value
    }


def _take_filters(app: Flask) -> dict[str, Any]:
    found = _take_table(app, "filters", "DEFAULT_FILTERS")
    return {key: value for key, value in found.items() if key != "tojson"}


def _take_globals(app: Flask) -> dict[str, Any]:
    found = _take_table(app, "globals", "DEFAULT_NAMESPACE")
    return {key: value for key, value in found.items() if key not in FLASK_GLOBALS}


def _take_loader(app: Flask) -> dict[str, Any]:
    found = {"app": vars(app).get("jinja_loader")}
    environment = _find_environment(app)
    # Flask's own asks the app and its blueprints.
    if environment is not None and type(environment.loader).__name__ != "DispatchingJinjaLoader":
        found["environment"] = environment.loader
    return {key: value for key, value in found.items() if value is not None}


def _show_loader(namer: Namer, _key: str, loader: object) -> str:
    return namer.describe(loader, levels=3)


def _take_options(app: Flask) -> dict[str, Any]:
    environment = _find_environment(app)
    if environment is None:
        return {}
    own = sys.modules["jinja2.defaults"]
    found = {f"extension {name}": one for name, one in environment.extensions.items()}
    for name in OPTIONS:
        value = getattr(environment, name)
        if getattr(own, name.upper(), value) is not value:
            found[name] = value
    return found


JINJA_KINDS = (
    Kind("filter", "Jinja filters", _take_filters),
    Kind("test", "Jinja tests", lambda app: _take_table(app, "tests", "DEFAULT_TESTS")),
    Kind(
        "global",
        "Jinja globals",
        _take_globals,
        show=lambda namer, key, value: namer.describe(value, key=key, levels=1),
    ),
    Kind("loader", "Jinja loaders", _take_loader, show=_show_loader),
    Kind("jinja_option", "Jinja options", _take_options),
)
