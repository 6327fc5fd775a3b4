"""Turn a call of a factory into the step that does the same."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from assembler.adopting.actions import Action
from assembler.adopting.app_calls import call_app, register_with
from assembler.adopting.calls import read_arguments
from assembler.adopting.configuring import change_config
from assembler.adopting.following import follow, sets_config_of_app
from assembler.adopting.naming import find_parameters, name_arguments, name_made
from assembler.adopting.sayings import (
    AppPart,
    CannotSayError,
    Hidden,
    Literal,
    Made,
    Named,
    OnStep,
    Value,
    find_plain,
)
from assembler.modules.static_object import Kind

if TYPE_CHECKING:
    from assembler.adopting.walk import Walk

__all__ = ["carry_out", "is_app", "is_silent"]

LOG_METHODS = frozenset({"critical", "debug", "error", "exception", "info", "log", "warning"})
LOGGERS = ("logger", "log", "logging", "_log", "_logger", "LOG", "LOGGER")
MAKES_FOLDER = frozenset({"os:makedirs", "os:mkdir"})


def is_app(value: Value) -> bool:
    """Return whether a value is the app itself."""
    return isinstance(value, AppPart) and not value.path


def is_silent(node: ast.expr) -> bool:
    """Return whether a call only logs or prints."""
    func = node.func if isinstance(node, ast.Call) else None
    if isinstance(func, ast.Name):
        return func.id == "print"
    if not isinstance(func, ast.Attribute) or func.attr not in LOG_METHODS:
        return False
    owner = func.value
    if isinstance(owner, ast.Call):  # `logging.getLogger(__name__)`
        return ast.unparse(owner.func).endswith("getLogger")
    last = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    return last in LOGGERS


def carry_out(walk: Walk, node: ast.Call, name: str | None = None) -> Value:  # noqa: PLR0911 - one a kind
    """Collect the step of a call; returns what the call returns, as later steps see it.

    Raises:
        CannotSayError: if there is no step for it.
    """
    func = node.func
    if isinstance(func, ast.Call) and isinstance(func.func, ast.Attribute):
        return register_with(walk, func, node)
    if isinstance(func, ast.Attribute):
        owner = walk.reading.evaluate(func.value)
        if isinstance(owner, AppPart) and owner.path == "config":
            return change_config(walk, func.attr, node)
        if isinstance(owner, AppPart):
            return call_app(walk, owner, func.attr, node)
        if func.attr == "init_app":
            return _init(walk, owner, node)
        if _makes_path(owner) and func.attr == "mkdir" and isinstance(owner, Made):
            return _make_folder(walk, list(owner.args))
        if isinstance(owner, OnStep) and owner.made is not None:
            return _call_on_step(walk, owner, func.attr, node)
    called = walk.reading.evaluate(func)
    if not isinstance(called, Named):
        reason = called.reason if isinstance(called, Hidden) else "what is called has no name"
        raise CannotSayError(reason)
    return _call(walk, called, node, name)


def _call(walk: Walk, called: Named, node: ast.Call, name: str | None) -> Value:
    reading = walk.reading
    args, options = read_arguments(reading, node)
    if args is None:
        raise CannotSayError("its arguments are spread from a variable")
    if called.reference in MAKES_FOLDER and args:
        return _make_folder(walk, args[:1])
    if called.reference == "importlib:import_module" and args:
        plain = find_plain(args[0])
        if plain is not None:
            walk.add(Action("extension", "imports", options={"modules": [plain.value]}))
            return reading.evaluate(node)
    given = [*args, *options.values()]
    if any(map(is_app, given)) or not walk.has_app:
        followed = follow(walk, called, args, options)
        if followed is not None:
            return followed
    text, line = ast.unparse(node.func), reading.line
    takes_first = bool(args) and is_app(args[0])
    if takes_first:
        parameters = find_parameters(reading, called, text, line, skipped=1)
        said = name_arguments(reading, parameters, args[1:], options)
        adapter = "call" if _has_init_app(walk, called) else None
        step = Action("extension", called.reference, options=said, adapter=adapter, name=name)
    else:
        parameters = find_parameters(reading, called, text, line)
        said = name_arguments(reading, parameters, args, options)
        step = Action("extension", called.reference, options=said, adapter="function", name=name)
    step.sets_config = sets_config_of_app(walk, called, args, options)
    walk.add(step)
    made = Made(called, tuple(args), options, text, line)
    return OnStep(name, made=made) if name else made


def _has_init_app(walk: Walk, called: Named) -> bool:
    """Return whether a class would be taken for an extension, to be made without the app."""
    if called.target.kind is Kind.CLASS:
        return walk.reading.names.index.objects.has(called.target, "init_app") is not False
    return called.target.kind is Kind.UNKNOWN and called.path[:1].isupper()


def _init(walk: Walk, owner: Value, node: ast.Call) -> Value:
    reading = walk.reading
    args, options = read_arguments(reading, node)
    if args is None:
        raise CannotSayError("its arguments are spread from a variable")
    text, line = ast.unparse(node.func), reading.line
    is_class = isinstance(owner, Named) and owner.target.kind is Kind.CLASS
    takes_app = (bool(args) and is_app(args[0])) or is_app(options.get("app", Literal(None)))
    if isinstance(owner, (Named, Made)) and takes_app and not is_class:
        options = {key: one for key, one in options.items() if not is_app(one)}
        called = owner if isinstance(owner, Named) else owner.called
        method = reading.names.get_attribute(called, "init_app")
        parameters = find_parameters(reading, method, text, line, skipped=1)
        if isinstance(owner, Made) and method.target.kind is Kind.FUNCTION:
            parameters = find_parameters(reading, method, text, line, skipped=2)
        said = name_arguments(reading, parameters, args[1:], options)
        walk.add(_build_extension(walk, owner, said))
        return Literal(None)
    if isinstance(owner, OnStep):
        return _call_on_step(walk, owner, "init_app", node)
    if not isinstance(owner, Named):
        owner.say()
        raise CannotSayError("what is initialised has no name")
    return _call(walk, reading.names.get_attribute(owner, "init_app"), node, None)


def _build_extension(walk: Walk, owner: Named | Made, said: dict[str, object]) -> Action:
    if isinstance(owner, Named):
        return Action("extension", owner.reference, options=said)
    is_class = owner.called.target.kind is Kind.CLASS or owner.called.path[:1].isupper()
    return Action(
        "extension",
        owner.called.reference,
        adapter=None if is_class else "extension",
        options=name_made(walk.reading, owner),
        init=said or None,
    )


def _call_on_step(walk: Walk, owner: OnStep, method: str, node: ast.Call) -> Value:
    """Call a method of an object that a step made, as a function of its class."""
    reading = walk.reading
    args, options = read_arguments(reading, node)
    assert owner.made is not None
    if args is None or owner.path:
        raise CannotSayError("a method of a part of what a step made")
    if owner.made.called.target.kind is Kind.FUNCTION:
        raise CannotSayError("the class of what a function made is not known")
    function = reading.names.get_attribute(owner.made.called, method)
    parameters = find_parameters(reading, function) or ()
    if not parameters:
        bound = reading.find_parameters(ast.unparse(node.func), reading.line)
        if bound is None:
            raise CannotSayError(f"nothing is known of '.{method}'")
        parameters = (("self", 1), *bound)
    said = name_arguments(reading, parameters, [OnStep(owner.step), *args], options)
    walk.add(Action("extension", function.reference, adapter="function", options=said))
    return Literal(None)


def _makes_path(value: Value) -> bool:
    return isinstance(value, Made) and value.called.reference == "pathlib:Path"


def _make_folder(walk: Walk, args: list[Value]) -> Value:
    """Make a folder: below the instance folder where that can be told."""
    parts = [inner for one in args for inner in _split_path(one)]
    first, *others = parts
    plain = [find_plain(one) for one in others]
    is_below = isinstance(first, AppPart) and first.path == "instance_path"
    if is_below and all(plain):
        path = "/".join(str(one.value) for one in plain if one is not None) or "."
        walk.add(Action("extension", "directories", options={"paths": [path]}))
        return Literal(None)
    if len(args) != 1:
        raise CannotSayError("the path of a folder is not in one piece")
    said = {"name": walk.reading.say(args[0]), "exist_ok": True}
    walk.add(Action("extension", "os:makedirs", adapter="function", options=said))
    return Literal(None)


def _split_path(value: Value) -> list[Value]:
    if isinstance(value, Made) and value.called.reference in {"os.path:join", "pathlib:Path"}:
        return [inner for one in value.args for inner in _split_path(one)]
    return [value]
