"""Turn a call of one of the app's own methods into the step that does the same."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from assembler.adopting.actions import Action
from assembler.adopting.calls import read_arguments
from assembler.adopting.naming import find_parameters, name_arguments, name_made
from assembler.adopting.sayings import (
    AppPart,
    CannotSayError,
    Hidden,
    Literal,
    Made,
    Named,
    Value,
    find_plain,
)
from assembler.modules.static_object import Kind

if TYPE_CHECKING:
    from assembler.adopting.walk import Walk

__all__ = ["call_app", "register_with"]

HOOKS = frozenset(
    {
        *("before_request", "after_request", "teardown_request", "teardown_appcontext"),
        *("context_processor", "shell_context_processor", "url_value_preprocessor"),
        "url_defaults",
    }
)
TEMPLATES = {
    "add_template_filter": "template_filter",
    "add_template_test": "template_test",
    "add_template_global": "template_global",
}
# What Flask's decorators that take something register, by the adapter.
DECORATORS = {
    "errorhandler": "error_handler",
    "template_filter": "template_filter",
    "template_test": "template_test",
    "template_global": "template_global",
    "route": "add_url_rule",
}
# The classes of what the app has, for methods that no adapter knows.
CLASSES = {
    "": ("flask", "Flask"),
    "cli": ("flask.cli", "AppGroup"),
    "jinja_env": ("jinja2", "Environment"),
    "logger": ("logging", "Logger"),
    "url_map": ("werkzeug.routing", "Map"),
}
MAPPINGS = ("globals", "filters", "tests", "extensions", "view_functions", "converters", "policies")


def call_app(walk: Walk, owner: AppPart, method: str, node: ast.Call) -> Value:
    """Collect the step of a method of the app, or of something it has.

    Raises:
        CannotSayError: if there is none.
    """
    args, options = read_arguments(walk.reading, node)
    if args is None:
        raise CannotSayError("its arguments are spread from a variable")
    name = f"{owner.path}.{method}" if owner.path else method
    registered = args[0] if args else None
    if method in HOOKS and not owner.path and isinstance(registered, Named):
        walk.add(Action("extension", registered.reference, adapter=method))
    elif method in TEMPLATES and not owner.path and isinstance(registered, Named):
        said = name_arguments(walk.reading, (("name", 1),), args[1:], options)
        _offer(walk, TEMPLATES[method], registered, said)
    elif name == "register_error_handler" and len(args) == 2 and isinstance(args[1], Named):  # noqa: PLR2004 - for what, and who
        _handle_error(walk, args[0], args[1])
    elif name == "add_url_rule":
        _add_rule(walk, args, options)
    elif name == "register_blueprint":
        _register(walk, "blueprint", args, options)
    elif name == "cli.add_command":
        parameters = (("name", 1),)
        _register(walk, "command", args, options, parameters)
    elif name == "logger.addHandler":
        _register(walk, "log_handler", args, options)
    elif method == "update" and owner.path.rpartition(".")[2] in MAPPINGS:
        _update_mapping(walk, owner, args, options)
    else:
        _call_method(walk, owner, method, node)
    return Literal(None)


def register_with(walk: Walk, decorator: ast.Call, node: ast.Call) -> Value:
    """Collect the step of ``app.errorhandler(404)(answer)``, and of decorators like it."""
    assert isinstance(decorator.func, ast.Attribute)
    owner = walk.reading.evaluate(decorator.func.value)
    adapter = DECORATORS.get(decorator.func.attr)
    registered = walk.reading.evaluate(node.args[0]) if len(node.args) == 1 else None
    if not isinstance(owner, AppPart) or owner.path or adapter is None:
        raise CannotSayError("what is called has no name")
    if not isinstance(registered, Named):
        reason = registered.reason if isinstance(registered, Hidden) else "it has no name"
        raise CannotSayError(reason)
    args, options = read_arguments(walk.reading, decorator)
    if adapter == "error_handler" and args:
        _handle_error(walk, args[0], registered)
        return Literal(None)
    parameters = (("rule", 1),) if adapter == "add_url_rule" else (("name", 1),)
    said = name_arguments(walk.reading, parameters, args or [], options)
    walk.add(Action("extension", registered.reference, adapter=adapter, options=said))
    return Literal(None)


def _offer(walk: Walk, adapter: str, offered: Named, said: dict[str, Any]) -> None:
    """Collect what templates may use; a global that is no function is an item of theirs."""
    is_called = offered.target.kind in {Kind.FUNCTION, Kind.CLASS}
    if adapter == "template_global" and not is_called and isinstance(said.get("name"), str):
        item = {f"jinja_env.globals.{said['name']}": offered.say()}
        walk.add(Action("extension", "attributes", options=item))
    else:
        walk.add(Action("extension", offered.reference, adapter=adapter, options=said))


def _handle_error(walk: Walk, handled: Value, handler: Named) -> None:
    plain = find_plain(handled)
    said: Any = handled.reference if isinstance(handled, Named) else plain and plain.value
    if said is None:
        raise CannotSayError("what the handler is for cannot be told")
    step = Action("extension", handler.reference, adapter="error_handler", options={"for": said})
    walk.add(step)


def _add_rule(walk: Walk, args: list[Value], options: dict[str, Value]) -> None:
    names = ("rule", "endpoint", "view_func", "provide_automatic_options")
    given = dict(zip(names, args, strict=False)) | options
    view = given.pop("view_func", None)
    given = {key: one for key, one in given.items() if find_plain(one) != (None,)}
    said = name_arguments(walk.reading, (), (), given)
    if view is None or find_plain(view) == (None,):
        walk.add(Action("extension", None, adapter="add_url_rule", options=said))
    elif isinstance(view, Named):
        step = Action("extension", view.reference, adapter="add_url_rule", options=said)
        walk.add(step)
    else:
        said["view_func"] = walk.reading.say(view)
        walk.add(Action("extension", "flask:Flask.add_url_rule", options=said))


def _register(
    walk: Walk,
    adapter: str,
    args: list[Value],
    options: dict[str, Value],
    parameters: tuple[tuple[str, int], ...] = (),
) -> None:
    """Collect a blueprint, a command or a log handler: named, or made by a call."""
    reading = walk.reading
    if not args:
        raise CannotSayError(f"the {adapter.replace('_', ' ')} is not given by position")
    first, said = args[0], name_arguments(reading, parameters, args[1:], options)
    said = {key: one for key, one in said.items() if one is not None}
    if isinstance(first, Named):
        is_told = _is_instance(first)
        step = Action(
            "extension", first.reference, options=said, adapter=None if is_told else adapter
        )
    elif isinstance(first, Made):
        made = name_made(reading, first)
        is_class = adapter == "log_handler" and first.called.target.kind is Kind.CLASS
        step = Action(
            "extension",
            first.called.reference,
            adapter=None if is_class else adapter,
            options=made,
            init=said or None,
        )
    else:
        owner, method, key = {
            "blueprint": ("flask:Flask", "register_blueprint", "blueprint"),
            "command": ("click:Group", "add_command", "cmd"),
            "log_handler": ("logging:Logger", "addHandler", "hdlr"),
        }[adapter]
        said = {key: reading.say(first), **said}
        part = {"command": "cli", "log_handler": "logger"}.get(adapter)
        said = said if part is None else {"self": {"$app": part}, **said}
        step = Action("extension", f"{owner}.{method}", options=said)
        step.adapter = None if part is None else "function"
    walk.add(step)


def _is_instance(value: Named) -> bool:
    return value.target.kind in {Kind.INSTANCE, Kind.UNKNOWN}


def _update_mapping(
    walk: Walk, owner: AppPart, args: list[Value], options: dict[str, Value]
) -> None:
    pairs = [pair for one in args for pair in walk.reading.find_items(one) or ()]
    if args and not pairs:
        raise CannotSayError("the mapping that is added cannot be told")
    said = {}
    for key, one in [*pairs, *((Literal(key), one) for key, one in options.items())]:
        plain = find_plain(key)
        if plain is None or not isinstance(plain.value, str) or "." in plain.value:
            raise CannotSayError("a key of the mapping is no plain name")
        said[f"{owner.path}.{plain.value}"] = walk.reading.say(one)
    walk.add(Action("extension", "attributes", options=said))


def _call_method(walk: Walk, owner: AppPart, method: str, node: ast.Call) -> None:
    """Collect a method that no adapter knows: a function of its class, given the object."""
    found = CLASSES.get(owner.path)
    if found is None:
        raise CannotSayError(f"'.{method}' of `app.{owner.path}` has no step")
    args, options = read_arguments(walk.reading, node)
    module, path = found
    called = walk.reading.names.build(module, f"{path}.{method}")
    parameters = find_parameters(walk.reading, called)
    if parameters is None:
        bound = walk.reading.find_parameters(ast.unparse(node.func), walk.reading.line)
        parameters = None if bound is None else (("self", 1), *bound)
    said = name_arguments(walk.reading, parameters, [owner, *(args or [])], options)
    step = Action("extension", called.reference, adapter="function", options=said)
    if not owner.path:
        said.pop("self", None)
        step.adapter = None
    walk.add(step)
