"""Describe the parts of a Flask app in plain JSON types, one function for each kind of part."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import click
import flask.signals
from blinker import NamedSignal

from tests.support.described import Describer, Json, name_object, name_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask
    from flask.sansio.blueprints import Blueprint
    from werkzeug.routing import Map, Rule

__all__ = [
    "EXTENSION_LEVELS",
    "describe_blueprint",
    "describe_commands",
    "describe_error_handlers",
    "describe_extensions",
    "describe_hooks",
    "describe_json",
    "describe_logging",
    "describe_object",
    "describe_shell",
    "describe_signals",
    "describe_templates",
    "describe_url_map",
]

OWN_EXTENSION = "assembler"  # the report, which no hand-written app has
OWN_LOGGER = "assembler"
EXTENSION_LEVELS = 2  # of attributes
HOOKS_BY_SCOPE = (
    "before_request_funcs",
    "after_request_funcs",
    "teardown_request_funcs",
    "template_context_processors",
    "url_value_preprocessors",
    "url_default_functions",
)
HOOKS = ("teardown_appcontext_funcs", "shell_context_processors", "url_build_error_handlers")
ENVIRONMENT_OPTIONS = (
    "block_start_string", "block_end_string", "variable_start_string", "variable_end_string",
    "comment_start_string", "comment_end_string", "line_statement_prefix", "line_comment_prefix",
    "trim_blocks", "lstrip_blocks", "newline_sequence", "keep_trailing_newline", "optimized",
    "undefined", "autoescape", "auto_reload", "policies", "extensions",
)  # fmt: skip


def describe_object(app: Flask) -> Json:
    """Return the classes, flags and folders of the app itself."""
    return {
        "class": name_type(app),
        "debug": app.debug,
        "testing": app.testing,
        "static_folder": app.static_folder,
        "static_url_path": app.static_url_path if app.has_static_folder else None,
        "config_class": name_type(app.config),
        "config_root": str(app.config.root_path),
        "session_interface": name_type(app.session_interface),
        "request_class": name_object(app.request_class),
        "response_class": name_object(app.response_class),
    }


def describe_url_map(url_map: Map, describer: Describer) -> Json:
    """Return the rules in the order in which they were added, the converters and the settings."""
    return {
        "rules": [_describe_rule(rule, describer) for rule in url_map.iter_rules()],
        "converters": describer.describe(url_map.converters),
        "default_subdomain": url_map.default_subdomain,
        "host_matching": url_map.host_matching,
        "merge_slashes": url_map.merge_slashes,
        "redirect_defaults": url_map.redirect_defaults,
        "sort_parameters": url_map.sort_parameters,
        "strict_slashes": url_map.strict_slashes,
    }


def _describe_rule(rule: Rule, describer: Describer) -> Json:
    return {
        "rule": rule.rule,
        "endpoint": rule.endpoint,
        "methods": None if rule.methods is None else sorted(rule.methods),
        "defaults": describer.describe(rule.defaults),
        "subdomain": rule.subdomain,
        "host": rule.host,
        "strict_slashes": rule.strict_slashes,
        "merge_slashes": rule.merge_slashes,
        "redirect_to": describer.describe(rule.redirect_to),
        "alias": rule.alias,
        "build_only": rule.build_only,
        "websocket": rule.websocket,
        "provide_automatic_options": getattr(rule, "provide_automatic_options", None),
    }


def describe_hooks(app: Flask, describer: Describer) -> Json:
    """Return every hook in the order in which it was registered, by the blueprint it is for."""
    hooks: dict[str, Json] = {}
    for kind in HOOKS_BY_SCOPE:
        scopes: Mapping[str | None, list[object]] = getattr(app, kind)
        hooks[kind] = {
            _name_scope(scope): [describer.describe(hook) for hook in found]
            for scope, found in scopes.items()
            if found
        }
    for kind in HOOKS:
        hooks[kind] = [describer.describe(hook) for hook in getattr(app, kind)]
    return hooks


def _name_scope(scope: str | None) -> str:
    return "(app)" if scope is None else scope


def describe_error_handlers(app: Flask, describer: Describer) -> Json:
    """Return the handlers by scope, and in it by code and class; a look leaves empty ones."""
    by_scope: dict[str, Json] = {}
    for scope, codes in app.error_handler_spec.items():
        handlers = {
            f"{code} {name_object(error)}": describer.describe(handler)
            for code, by_class in codes.items()
            for error, handler in by_class.items()
        }
        if handlers:
            by_scope[_name_scope(scope)] = handlers
    return by_scope


def describe_signals(app: Flask, describer: Describer) -> Json:
    """Return who listens to Flask's own signals of this app."""
    signals = [one for one in vars(flask.signals).values() if isinstance(one, NamedSignal)]
    listening = {
        signal.name: [describer.describe(receiver) for receiver in signal.receivers_for(app)]
        for signal in signals
    }
    return {name: receivers for name, receivers in listening.items() if receivers}


def describe_blueprint(registered_as: str, blueprint: Blueprint) -> Json:
    """Return one blueprint; what it registered is among the app's own rules, hooks and commands."""
    describer = Describer()
    nested = blueprint._blueprints  # noqa: SLF001 - Flask has no other way to ask for them
    return {
        "registered_as": registered_as,
        "class": name_type(blueprint),
        "name": blueprint.name,
        "import_name": blueprint.import_name,
        "root_path": blueprint.root_path,
        "url_prefix": blueprint.url_prefix,
        "subdomain": blueprint.subdomain,
        "static_folder": blueprint.static_folder,
        "template_folder": describer.describe(blueprint.template_folder),
        "url_values_defaults": describer.describe(blueprint.url_values_defaults),
        "cli_group": describer.describe(blueprint.cli_group),
        "nested": [[inner.name, describer.describe(options)] for inner, options in nested],
    }


def describe_commands(group: click.Group, describer: Describer) -> Json:
    """Return the commands with their parameters, and those of groups below them."""
    return {
        name: {
            "class": name_type(command),
            "name": command.name,
            "callback": describer.describe(command.callback),
            "help": command.help,
            "hidden": command.hidden,
            "params": [describer.describe(_get_facts(param)) for param in command.params],
            "commands": describe_commands(command, describer)
            if isinstance(command, click.Group)
            else {},
        }
        for name, command in group.commands.items()
    }


def _get_facts(param: click.Parameter) -> dict[str, object]:
    return {**param.to_info_dict(), "callback": param.callback, "default": param.default}


def describe_templates(app: Flask, describer: Describer) -> Json:
    """Return the loader and the options of the environment, and what templates may use."""
    environment = app.jinja_env
    return {
        "loader": describer.describe(app.jinja_loader, 3),
        "options": {
            name: describer.describe(getattr(environment, name), 0) for name in ENVIRONMENT_OPTIONS
        },
        "filters": describer.describe(environment.filters),
        "tests": describer.describe(environment.tests),
        "globals": describer.describe(environment.globals),
    }


def describe_json(app: Flask) -> Json:
    """Return the provider and its options, which are attributes of the class until they are set."""
    provider, describer = app.json, Describer()
    options = {name: getattr(provider, name) for name in dir(provider) if not name.startswith("_")}
    return {
        "class": name_type(provider),
        "options": {
            name: describer.describe(value)
            for name, value in options.items()
            if value is None or isinstance(value, (bool, int, str))
        },
    }


def describe_shell(app: Flask, describer: Describer) -> Json:
    """Return what the shell knows; the processors are called."""
    with app.app_context():
        return {
            name: describer.describe(value, 0) for name, value in app.make_shell_context().items()
        }


def describe_extensions(app: Flask, describer: Describer) -> Json:
    """Return the extensions in the order in which they came, but for assembler's own report."""
    return [
        [name, name_type(value), describer.describe(value, EXTENSION_LEVELS)]
        for name, value in app.extensions.items()
        if name != OWN_EXTENSION
    ]


def describe_logging(app: Flask) -> Json:
    """Return the app's logger, and every logger of the process that somebody has set up."""
    own = _describe_logger(app.logger)  # Flask sets it up when it is first asked for
    root = logging.getLogger()
    loggers = [
        found for found in root.manager.loggerDict.values() if isinstance(found, logging.Logger)
    ]
    return {
        "app": own,
        "process": {
            logger.name: _describe_logger(logger)
            for logger in [root, *sorted(loggers, key=lambda logger: logger.name)]
            if _is_set_up(logger) and logger.name != OWN_LOGGER
        },
    }


def _is_set_up(logger: logging.Logger) -> bool:
    return bool(
        logger.level or logger.handlers or logger.filters or logger.disabled or not logger.propagate
    )


def _describe_logger(logger: logging.Logger) -> Json:
    return {
        "name": logger.name,
        "level": logging.getLevelName(logger.level),
        "effective_level": logging.getLevelName(logger.getEffectiveLevel()),
        "propagate": logger.propagate,
        "disabled": logger.disabled,
        "handlers": [_describe_handler(handler) for handler in logger.handlers],
        "filters": [Describer(private=True).describe(one) for one in logger.filters],
    }


def _describe_handler(handler: logging.Handler) -> Json:
    return {
        "name": handler.name,
        "handler": Describer().describe(handler, 2),
        "stream": getattr(getattr(handler, "stream", None), "name", None),
        "formatter": Describer(private=True).describe(handler.formatter, 2),
    }
