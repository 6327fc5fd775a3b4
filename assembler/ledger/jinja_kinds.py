"""Look at an app's Jinja environment, where there is one yet."""

from __future__ import annotations

import sys
from functools import cache
from operator import attrgetter, is_
from typing import TYPE_CHECKING, Any

from assembler.ledger.form import NOTHING, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


def _take_table(name: str) -> Callable[[Flask], Mapping[str, Any]]:
    read = attrgetter(name)

    def take(app: Flask) -> Mapping[str, Any]:
        environment = _find_environment(app)
        found: Mapping[str, Any] = NOTHING if environment is None else read(environment)
        return found

    return take


def _is_own_filter(name: str, value: object) -> bool:
    return name == "tojson" or sys.modules["jinja2.defaults"].DEFAULT_FILTERS.get(name) is value


def _is_own_test(name: str, value: object) -> bool:
    own: bool = sys.modules["jinja2.defaults"].DEFAULT_TESTS.get(name) is value
    return own


def _is_own_global(name: str, value: object) -> bool:
    own = sys.modules["jinja2.defaults"].DEFAULT_NAMESPACE
    return name in FLASK_GLOBALS or own.get(name) is value


def _take_loader(app: Flask) -> Mapping[str, Any]:
    environment, loader = _find_environment(app), vars(app).get("jinja_loader")
    found = {} if loader is None else {"app": loader}
    # Flask's own asks the app and its blueprints.
    loader = None if environment is None else environment.loader
    if loader is not None and type(loader).__name__ != "DispatchingJinjaLoader":
        found["environment"] = loader
    return found


def _show_loader(namer: Namer, _key: str, loader: object) -> str:
    return namer.describe(loader, levels=3)


def _take_options(app: Flask) -> Mapping[str, Any]:
    environment = _find_environment(app)
    if environment is None:
        return NOTHING
    found = {f"extension {name}": one for name, one in environment.extensions.items()}
    names, defaults = _list_defaults()
    values = [*map(vars(environment).get, names, defaults)]
    if not all(map(is_, values, defaults)):
        options = zip(names, values, defaults, strict=True)
        found |= {name: value for name, value, default in options if value is not default}
    return found


@cache
def _list_defaults() -> tuple[tuple[str, ...], tuple[object, ...]]:
    own = sys.modules["jinja2.defaults"]
    defaults = {name: getattr(own, name.upper(), None) for name in OPTIONS}
    undefined = sys.modules["jinja2.runtime"].Undefined
    defaults |= {"optimized": True, "auto_reload": False, "undefined": undefined}
    return tuple(defaults), tuple(defaults.values())


def _show_global(namer: Namer, key: str, value: object) -> str:
    return namer.describe(value, key=key, levels=1)


JINJA_KINDS = (
    Kind("filter", "Jinja filters", _take_table("filters"), skips=_is_own_filter),
    Kind("test", "Jinja tests", _take_table("tests"), skips=_is_own_test),
    Kind(
        "global",
        "Jinja globals",
        _take_table("globals"),
        show=_show_global,
        skips=_is_own_global,
    ),
    Kind("loader", "Jinja loaders", _take_loader, show=_show_loader),
    Kind("jinja_option", "Jinja options", _take_options),
)
