"""Look at what a Flask app holds: routes, hooks, handlers, config, extensions, attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.ledger.form import Kind
from assembler.ledger.naming import name_class
from assembler.ledger.wsgi_chain import find_wrappers, show_wrapper

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Flask

    from assembler.ledger.naming import Namer

__all__ = ["APP_KINDS", "show_rule"]

Key = tuple[str, str | None]

SCOPED_HOOKS = (
    ("before_request", "before_request_funcs"),
    ("after_request", "after_request_funcs"),
    ("teardown_request", "teardown_request_funcs"),
    ("context_processor", "template_context_processors"),
    ("url_value_preprocessor", "url_value_preprocessors"),
    ("url_defaults", "url_default_functions"),
)
HOOKS = (
    ("teardown_appcontext", "teardown_appcontext_funcs"),
    ("shell_context_processor", "shell_context_processors"),
    ("url_build_error", "url_build_error_handlers"),
)
# Attributes that a kind of their own describes, or that are made when they are first asked for.
DESCRIBED_APART = frozenset(
    {
        *(name for _, name in (*SCOPED_HOOKS, *HOOKS)),
        "_got_first_request", "aborter", "blueprints", "cli", "config", "error_handler_spec",
        "extensions", "jinja_env", "jinja_loader", "json", "logger", "name", "url_map",
        "view_functions", "wsgi_app",
    }
)  # fmt: skip
OWN_EXTENSION = "assembler"  # the report, which no hand-written app has


def _take_rules(app: Flask) -> dict[str, Any]:
    # Not `iter_rules()`, which sorts them.
    rules: dict[str, Any] = app.url_map._rules_by_endpoint  # noqa: SLF001
    return rules


def show_rule(_key: str, rule: Any) -> str:  # noqa: ANN401 - a Rule
    """Return what tells a rule from others: its methods, host and path."""
    methods = ",".join(sorted(rule.methods)) if rule.methods else "*"
    host = f"{rule.host or ''}{rule.subdomain or ''}"
    socket = " websocket" if rule.websocket else ""
    return f"{methods} {host}{rule.rule}{socket}"


def _show_endpoint(namer: Namer, _key: str, rule: Any) -> str:  # noqa: ANN401 - a Rule
    default = rule.map.strict_slashes
    options = {
        "defaults": rule.defaults or None,
        "redirect_to": rule.redirect_to,
        "alias": rule.alias or None,
        "build_only": rule.build_only or None,
        "strict_slashes": None if rule.strict_slashes is default else rule.strict_slashes,
    }
    said = [f"{name}={namer.describe(one)}" for name, one in options.items() if one is not None]
    return " ".join([str(rule.endpoint), *said])


def _take_hooks(app: Flask) -> dict[Key, Any]:
    # These are `defaultdict`s: what is asked for would be there from then on.
    held = vars(app)
    found: dict[Key, Any] = {
        (hook, scope): functions
        for hook, name in SCOPED_HOOKS
        for scope, functions in held[name].items()
        if functions
    }
    for hook, name in HOOKS:
        if held[name]:
            found[hook, None] = held[name]
    return found


def _show_hook(key: tuple[str, str | None], _value: object) -> str:
    hook, scope = key
    return hook if scope is None else f"{hook} of {scope}"


def _take_error_handlers(app: Flask) -> dict[tuple[Any, ...], Any]:
    return {
        (scope, code, error): handler
        for scope, by_code in app.error_handler_spec.items()
        for code, by_error in by_code.items()
        for error, handler in by_error.items()
    }


def _show_error(key: tuple[str | None, int | None, type], _value: object) -> str:
    scope, code, error = key
    of = "" if scope is None else f" of {scope}"
    return f"{name_class(error) if code is None else code}{of}"


def _show_blueprint(namer: Namer, _key: str, blueprint: Any) -> str:  # noqa: ANN401 - a Blueprint
    said = [blueprint.import_name]
    said += [
        f"{name}={namer.describe(value)}"
        for name in ("url_prefix", "subdomain", "template_folder", "static_url_path")
        if (value := getattr(blueprint, name)) is not None
    ]
    return " ".join(said)


def _take_commands(app: Flask) -> dict[str, Any]:
    return dict(_iter_commands(app.cli.commands))


def _iter_commands(commands: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in commands.items():
        yield f"{above}{name}", command
        inner = getattr(command, "commands", None)
        if type(inner) is dict:
            yield from _iter_commands(inner, f"{above}{name} ")


def _unfold_commands(commands: Mapping[str, Any]) -> dict[str, Any]:
    """Load the groups that a step of the catalogue loads late."""
    found: dict[str, Any] = {}
    for name, command in commands.items():
        load = getattr(type(command), "load_group", None)
        group = command if load is None else load(command)
        found[name] = group
        if load is not None:
            found |= _iter_commands(group.commands, f"{name} ")
    return found


def _show_command(namer: Namer, _key: str, command: Any) -> str:  # noqa: ANN401 - a click.Command
    params = ", ".join("/".join((*one.opts, *one.secondary_opts)) for one in command.params)
    callback = "" if command.callback is None else f" {namer.name(command.callback)}"
    return f"{namer.name(command)}{callback}({params})"


def _take_config(app: Flask) -> dict[str, Any]:
    # Past the class, which may record who reads, or go through its keys in a way of its own.
    config = app.config
    is_plain = type(config).__iter__ is dict.__iter__
    return dict.copy(config) if is_plain else dict(dict.items(config))


def _show_value(namer: Namer, key: str, value: object) -> str:
    return namer.describe(value, key=key)


def _is_own_attribute(name: str, _value: object) -> bool:
    return name in DESCRIBED_APART


def _is_own_map_attribute(name: str, _value: object) -> bool:
    return name[0] == "_" or name == "converters"


def _show_map_key(name: str, _value: object) -> str:
    return f"url_map.{name}"


def _take_wsgi(app: Flask) -> dict[str, tuple[Any, ...]]:
    # A method that nobody has replaced is another object each time.
    own = vars(app).get("wsgi_app")
    return {} if own is None else {"wsgi_app": find_wrappers(own, app)}


def _take_json(app: Flask) -> dict[str, Any]:
    return {"json": vars(app).get("json")}


APP_KINDS = (
    Kind("route", "routes", _take_rules, is_ordered=True, show_key=show_rule, show=_show_endpoint),
    Kind("view", "views", lambda app: app.view_functions),
    Kind("blueprint", "blueprints", lambda app: app.blueprints, show=_show_blueprint),
    Kind("hook", "hooks", _take_hooks, is_ordered=True, show_key=_show_hook),
    Kind("error_handler", "error handlers", _take_error_handlers, show_key=_show_error),
    Kind("command", "commands", _take_commands, show=_show_command, unfold=_unfold_commands),
    Kind("config", "config keys", _take_config, show=_show_value),
    Kind(
        "extension",
        "extensions",
        lambda app: app.extensions,
        show=_show_value,
        skips=lambda name, _: name == OWN_EXTENSION,
    ),
    Kind("attribute", "attributes", vars, show=_show_value, skips=_is_own_attribute),
    Kind("attribute", "attributes", lambda app: {"class": type(app)}),
    Kind(
        "attribute",
        "attributes",
        lambda app: vars(app.url_map),
        show_key=_show_map_key,
        show=_show_value,
        skips=_is_own_map_attribute,
    ),
    Kind("wsgi", "WSGI wrappers", _take_wsgi, is_ordered=True, show=show_wrapper),
    Kind("json", "JSON providers", _take_json, show=_show_value),
    Kind("converter", "URL converters", lambda app: app.url_map.converters),
)
