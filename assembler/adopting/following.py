"""Follow a factory into a helper function, where all that it does can be said."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from assembler.adopting.config_blocks import find_apps, sets_config
from assembler.adopting.sayings import Hidden, Literal, Mapped, Named, Several, Value
from assembler.adopting.scopes import Scope
from assembler.modules.static_object import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assembler.adopting.walk import Walk

__all__ = ["bind_parameters", "find_function", "follow"]

LIMIT_DEPTH = 8  # of helpers that call helpers


def follow(
    walk: Walk, called: Named, args: Sequence[Value], options: Mapping[str, Value]
) -> Value | None:
    """Collect what a project's own helper does; ``None``: it is a step as it is.

    A helper of which anything would be left over has a name, and that is its step.
    """
    reading = walk.reading
    function = find_function(walk, called)
    if function is None or walk.depth >= LIMIT_DEPTH:
        return None
    scope = bind_parameters(walk, called, function, args, options)
    if scope is None:
        return None
    inner = walk.descend()
    reading.functions.add((scope.file, function.lineno))
    with reading.inside(scope):
        inner.run(function.body)
    makes_app = inner.has_app and not walk.has_app
    must = _needs_what_was_set(walk, scope, function)
    if not must and (inner.leftovers or inner.has_kept or isinstance(inner.result, Hidden)):
        return None
    if not makes_app and not inner.actions and inner.result is None:
        return None if not inner.silent else Literal(None)
    if not makes_app and not walk.has_app:
        return None  # it does something else, before there is an app
    for name, value in scope.names.items():
        if scope.own is not None and name.startswith(f"{scope.own}."):
            reading.scope.names[f"{reading.scope.own}.{name.partition('.')[2]}"] = value
    walk.take(inner)
    return inner.result if inner.result is not None else Literal(None)


def _needs_what_was_set(walk: Walk, scope: Scope, function: ast.FunctionDef) -> bool:
    """Return whether a method reads what the factory has set on `self`: it is no step by itself."""
    before = walk.reading.scope
    known = {name.partition(".")[2] for name in before.names if name.startswith(f"{before.own}.")}
    return any(
        isinstance(one, ast.Attribute)
        and one.attr in known
        and isinstance(one.value, ast.Name)
        and one.value.id == scope.own
        for one in ast.walk(function)
    )


def sets_config_of_app(
    walk: Walk, called: Named, args: Sequence[Value], options: Mapping[str, Value]
) -> bool:
    """Return whether a project's own helper sets config of the app that it is given."""
    function = find_function(walk, called)
    scope = None if function is None else bind_parameters(walk, called, function, args, options)
    if function is None or scope is None:
        return False
    return any(sets_config(function.body, name) for name in find_apps(scope))


def find_function(walk: Walk, called: Named) -> ast.FunctionDef | None:
    """Return the definition of a function of the project, or of a method of `self`."""
    node, module = called.target.node, called.target.module
    if called.target.kind is not Kind.FUNCTION or not isinstance(node, ast.FunctionDef):
        return None
    if module is None or not walk.reading.names.index.is_project_module(module.name):
        return None
    is_generator = any(isinstance(one, (ast.Yield, ast.YieldFrom)) for one in ast.walk(node))
    return None if is_generator else node


def bind_parameters(
    walk: Walk,
    called: Named,
    function: ast.FunctionDef,
    args: Sequence[Value],
    options: Mapping[str, Value],
) -> Scope | None:
    """Return the scope of a helper, with what its parameters mean."""
    module = called.target.module
    assert module is not None
    scope, parameters = Scope(module, function), function.args
    positional = [one.arg for one in (*parameters.posonlyargs, *parameters.args)]
    if called.target.made_of is not None and positional:
        own = positional.pop(0)
        scope.own = own
        holder, _, _ = called.path.rpartition(".")
        scope.names[own] = walk.reading.names.build(called.module, holder)
        before = walk.reading.scope
        scope.names |= {
            f"{own}.{name.partition('.')[2]}": value
            for name, value in before.names.items()
            if before.own is not None and name.startswith(f"{before.own}.")
        }
    if len(args) > len(positional) and parameters.vararg is None:
        return None
    scope.names |= dict(zip(positional, args, strict=False))
    if parameters.vararg is not None:
        scope.names[parameters.vararg.arg] = Several("tuple", tuple(args[len(positional) :]))
    _bind_named(walk, scope, parameters, options)
    return scope


def _bind_named(
    walk: Walk, scope: Scope, parameters: ast.arguments, options: Mapping[str, Value]
) -> None:
    known = {one.arg for one in (*parameters.args, *parameters.kwonlyargs)}
    rest = tuple((Literal(key), one) for key, one in options.items() if key not in known)
    if parameters.kwarg is not None:
        scope.names[parameters.kwarg.arg] = Mapped(rest)
    scope.names |= {key: one for key, one in options.items() if key in known}
    for name, default in iter_defaults(parameters):
        if name not in scope.names:
            with walk.reading.inside(Scope(scope.module, scope.function)):
                scope.names[name] = walk.reading.evaluate(default)


def iter_defaults(parameters: ast.arguments) -> list[tuple[str, ast.expr]]:
    """Return the parameters that have a default, with it."""
    placed = [*parameters.posonlyargs, *parameters.args]
    late = placed[len(placed) - len(parameters.defaults) :]
    found = [(one.arg, node) for one, node in zip(late, parameters.defaults, strict=True)]
    named = zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True)
    return found + [(one.arg, node) for one, node in named if node is not None]
