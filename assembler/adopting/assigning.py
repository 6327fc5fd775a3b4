"""Turn an assignment of a factory into the step that does the same, or keep what a local means."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from assembler.adopting.actions import Action
from assembler.adopting.calls import read_arguments
from assembler.adopting.configuring import set_values
from assembler.adopting.evaluating import Postponed
from assembler.adopting.following import follow
from assembler.adopting.naming import find_parameters, name_arguments
from assembler.adopting.reading import Fork
from assembler.adopting.sayings import (
    AppItem,
    AppPart,
    CannotSayError,
    Config,
    Hidden,
    Made,
    Mapped,
    Named,
    OnStep,
    Value,
)
from assembler.adopting.stepping import carry_out, is_app
from assembler.modules.adapters import FLASKS
from assembler.modules.static_object import Kind

if TYPE_CHECKING:
    from assembler.adopting.walk import Walk

__all__ = ["assign", "read_value"]

IN_CONFIG = {
    "debug": "DEBUG",
    "permanent_session_lifetime": "PERMANENT_SESSION_LIFETIME",
    "secret_key": "SECRET_KEY",
    "testing": "TESTING",
}
MOUNTS = frozenset({"werkzeug.middleware.dispatcher:DispatcherMiddleware"})
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def assign(walk: Walk, node: ast.Assign | ast.AnnAssign) -> None:
    """Read an assignment.

    Raises:
        CannotSayError: if a profile has no words for it.
    """
    if node.value is None:
        return
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if any(_is_wsgi_app(walk, one) for one in targets):
        _wrap(walk, node.value)
        return
    locals_ = [one.id for one in targets if isinstance(one, ast.Name)]
    value = read_value(walk, node.value, locals_[0] if locals_ else None)
    for target in reversed(targets):
        _set(walk, target, value, node)


def read_value(walk: Walk, node: ast.expr, name: str | None) -> Value:
    """Return what an expression means, and collect the app or the step that it makes.

    Args:
        walk: The walk through the function that has it.
        node: The expression.
        name: The local that is assigned; ``None``: there is none, or another target.
    """
    if isinstance(node, ast.Call):
        made = _read_call(walk, node, name)
        if made is not None:
            return made
    try:
        return walk.reading.evaluate(node)
    except Fork:
        if name is None:
            raise
        return Postponed(node, walk.reading.scope.names)


def _read_call(walk: Walk, node: ast.Call, name: str | None) -> Value | None:
    """Return what a call makes if it makes the app, takes the app, or is a step of its own."""
    reading = walk.reading
    called = reading.evaluate(node.func)
    args, options = read_arguments(reading, node)
    if args is None or not isinstance(called, Named):
        return None
    if not walk.has_app:
        made = _make_app(walk, called, node, args, options)
        if made is not None:
            return made
    takes_app = any(map(is_app, (*args, *options.values())))
    if name is None or not (takes_app or _is_kept(walk, name)):
        return None
    if not isinstance(reading.evaluate(node), Made):
        return None
    if _is_tangled(walk, name):
        raise CannotSayError(f"'{name}' is used by what is nested in the function")
    count = len(walk.actions)
    value = carry_out(walk, node, name)
    return None if len(walk.actions) == count and isinstance(value, Made) else value


def _make_app(
    walk: Walk, called: Named, node: ast.Call, args: list[Value], options: dict[str, Value]
) -> Value | None:
    objects = walk.reading.names.index.objects
    text, line = ast.unparse(node.func), walk.reading.line
    if called.target.kind is Kind.CLASS and objects.is_kind_of(called.target, FLASKS):
        parameters = find_parameters(walk.reading, called, text, line)
        if parameters and any(kind == 2 for _, kind in parameters):  # noqa: PLR2004 - *args: Flask's own
            parameters = None
        flask = walk.reading.names.build("flask", "Flask")
        parameters = parameters or find_parameters(walk.reading, flask) or (("import_name", 1),)
        said = name_arguments(walk.reading, parameters, args, options)
        walk.make_app(None if called.reference == "flask:Flask" else called.reference, said)
        return AppPart()
    followed = follow(walk, called, args, options)
    if isinstance(followed, AppPart):
        return followed
    if walk.returns_app(called):
        parameters = find_parameters(walk.reading, called, text, line)
        said = name_arguments(walk.reading, parameters, args, options)
        walk.make_app(called.reference, said, is_class=False)
        return AppPart()
    return None


def _set(walk: Walk, target: ast.expr, value: Value, node: ast.stmt) -> None:
    reading = walk.reading
    if isinstance(target, ast.Name):
        if isinstance(value, Hidden):
            value = Hidden(value.reason, (*value.statements, node))
        reading.scope.names[target.id] = value
    elif isinstance(target, (ast.Tuple, ast.List)):
        members = reading.find_members(value)
        if members is None or len(members) != len(target.elts):
            raise CannotSayError("an assignment that takes its value apart")
        for one, inner in zip(target.elts, members, strict=True):
            _set(walk, one, inner, node)
    elif isinstance(target, (ast.Attribute, ast.Subscript)):
        _set_part(walk, target, value)
    else:
        raise CannotSayError("an assignment to what has no name")


def _set_part(walk: Walk, target: ast.Attribute | ast.Subscript, value: Value) -> None:
    reading = walk.reading
    own = target.value.id if isinstance(target.value, ast.Name) else None
    if own is not None and own == reading.scope.own and isinstance(target, ast.Attribute):
        reading.scope.names[f"{own}.{target.attr}"] = value
        return
    part = reading.evaluate(_as_loaded(target))
    if isinstance(part, Config):
        set_values(walk, {part.key: value})
    elif isinstance(part, AppPart) and part.path in IN_CONFIG:
        set_values(walk, {IN_CONFIG[part.path]: value})
    elif isinstance(part, AppPart) and part.path:
        if isinstance(part, AppItem) and not part.is_plain:
            raise CannotSayError("no dotted path leads to what is set")
        said = {part.path: reading.say(value)}
        walk.add(Action("extension", "attributes", options=said))
    elif isinstance(target, ast.Attribute):
        owner = reading.evaluate(target.value)
        if not isinstance(owner, (Named, OnStep)):
            raise CannotSayError("an attribute of what has no name")
        said = {"obj": reading.say(owner), "name": target.attr, "value": reading.say(value)}
        walk.add(Action("extension", "builtins:setattr", adapter="function", options=said))
    else:
        raise CannotSayError("an item of what has no name")


def _as_loaded(target: ast.Attribute | ast.Subscript) -> ast.expr:
    return ast.parse(ast.unparse(target), mode="eval").body


def _is_wsgi_app(walk: Walk, target: ast.expr) -> bool:
    if not isinstance(target, ast.Attribute) or target.attr != "wsgi_app":
        return False
    return is_app(walk.reading.evaluate(target.value))


def _wrap(walk: Walk, node: ast.expr) -> None:
    """Collect a WSGI middleware, or apps that are mounted under paths."""
    if not isinstance(node, ast.Call):
        raise CannotSayError("what replaces `app.wsgi_app` is no call")
    reading = walk.reading
    called = reading.evaluate(node.func)
    args, options = read_arguments(reading, node)
    first = args[0] if args else options.get("app")
    if not isinstance(first, AppPart) or first.path != "wsgi_app" or args is None:
        raise CannotSayError("what replaces `app.wsgi_app` does not take it")
    if isinstance(called, Named) and called.reference in MOUNTS and len(args) > 1:
        _mount(walk, args[1])
        return
    options = {key: one for key, one in options.items() if one is not first}
    if isinstance(called, Named):
        text = ast.unparse(node.func)
        parameters = find_parameters(reading, called, text, reading.line, skipped=1)
        said = name_arguments(reading, parameters, args[1:], options)
        walk.add(Action("extension", called.reference, adapter="middleware", options=said))
    elif isinstance(called, Made):
        made = {key: reading.say(one) for key, one in called.options.items()}
        parameters = find_parameters(reading, called.called, called.text, called.line)
        made = name_arguments(reading, parameters, called.args, called.options)
        bound = reading.find_parameters(ast.unparse(node.func), reading.line)
        said = name_arguments(reading, bound[1:] if bound else None, args[1:], options)
        step = Action("extension", called.called.reference, adapter="middleware", options=made)
        step.init = said
        walk.add(step)
    else:
        raise CannotSayError("the middleware has no name")


def _mount(walk: Walk, mounts: Value) -> None:
    pairs = mounts.items if isinstance(mounts, Mapped) else None
    if pairs is None or not all(isinstance(one, Named) for _, one in pairs):
        raise CannotSayError("what is mounted has no name")
    for path, one in pairs:
        assert isinstance(one, Named)
        said = {"path": walk.reading.say(path)}
        walk.add(Action("extension", one.reference, adapter="mount", options=said))


def _is_kept(walk: Walk, name: str) -> bool:
    """Return whether a local is used more than once, so that it has to be made once."""
    function = walk.reading.scope.function
    uses = [
        one
        for one in ast.walk(function)
        if isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Load)
    ]
    return len(uses) > 1 or _is_tangled(walk, name)


def _is_tangled(walk: Walk, name: str) -> bool:
    """Return whether something nested in the function uses a local."""
    function = walk.reading.scope.function
    for nested in ast.walk(function):
        is_nested = nested is not function and isinstance(nested, (*DEFINITIONS, ast.ClassDef))
        inside = ast.walk(nested) if is_nested else ()
        if any(isinstance(one, ast.Name) and one.id == name for one in inside):
            return True
    return False
