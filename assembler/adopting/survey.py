"""Read a factory in each of its variants."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from assembler.adopting.evaluating import EXPRESSIONS
from assembler.adopting.following import iter_defaults
from assembler.adopting.reading import Caller, Reading
from assembler.adopting.sayings import Given, Literal, Named, Passed, Value, find_plain
from assembler.adopting.scopes import Scope
from assembler.adopting.walk import Site
from assembler.adopting.walking import FactoryWalk
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.diagnostics.faults import StepFault
from assembler.modules.static_object import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from assembler.adopting.actions import Action, Leftover
    from assembler.adopting.observed import Question
    from assembler.adopting.scopes import Names

__all__ = ["Factory", "Survey", "Variant", "find_factory", "survey"]

LIMIT_VARIANTS = 8


@dataclass(frozen=True, slots=True)
class Factory:
    """A factory's definition."""

    reference: str
    named: Named
    function: ast.FunctionDef
    scope_names: dict[str, Value]
    own: str | None = None

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its parameters, in their order."""
        given = self.function.args
        listed = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        return tuple(one.arg for one in listed if one.arg != self.own)


@dataclass(slots=True)
class Variant:
    """The factory as it is called in one way."""

    name: str  # "" is the plain call
    values: dict[str, Value] = field(default_factory=dict)  # what is passed, by parameter
    said: str = ""  # the call, in words


@dataclass(slots=True)
class Survey:
    """What a factory does in one variant."""

    variant: Variant
    actions: list[Action | Leftover]
    caller: Caller
    questions: set[Question]
    functions: set[tuple[str, int]]  # that were read
    silent: list[tuple[str, int]]


def find_factory(names: Names, reference: str) -> Factory:
    """Return the definition of the factory that a reference names.

    Raises:
        ProfileError: if there is none, or it is no function whose source can be read.
    """
    module_name, _, path = reference.partition(":")
    try:
        names.index.resolve(reference)
    except StepFault as fault:
        code = fault.code or codes.BAD_OBJECT_REFERENCE
        found = code.at(Place(reference), fault.message, hint=fault.hint, related=fault.related)
        raise ProfileError([found]) from fault
    module = names.index.find_module(module_name)
    named = names.find_in(path, module) if module is not None and path.isidentifier() else None
    named = named or names.build(module_name, path)
    target, own = named.target, None
    if target.kind is Kind.INSTANCE:
        method = names.index.objects.get_attribute(target, "__call__")
        node = None if method is None else method.node
        if method is not None and isinstance(node, ast.FunctionDef) and node.args.args:
            own, target = node.args.args[0].arg, method
    if not isinstance(target.node, ast.FunctionDef) or target.module is None:
        message = f'"{reference}" is no function whose source can be read'
        hint = "Name the function that returns the app, as `shop.factory:create_app`."
        raise ProfileError([codes.NOT_A_FACTORY.at(Place(reference), message, hint=hint)])
    named = Named(named.module, named.path, target)
    known: dict[str, Value] = {}
    if own is not None:
        known[own] = names.find_in(path, module) if module else names.build(module_name, path)  # type: ignore[assignment]
    return Factory(reference, named, target.node, known, own)


def survey(
    names: Names, factory: Factory, folder: Path, given: Mapping[str, object]
) -> list[Survey]:
    """Return what the factory does: as it is called, and in each way that its conditions name.

    Args:
        names: The project's modules, with what a run told.
        factory: The factory.
        folder: Where the profiles go.
        given: What the factory is called with, by parameter.
    """
    caller = _read(names, factory, Variant(""), folder).caller
    for variant in _find_variants(factory, caller):
        # What is passed may be a name, which shows where only that is looked up.
        caller.names_chosen |= _read(names, factory, variant, folder).caller.names_chosen
    # What a condition asks for has one value in a profile.
    fixed = {*caller.conditions, *caller.names_chosen}
    passed = {name: _take(name, one) for name, one in given.items() if name in fixed}
    others = _find_variants(factory, caller, passed)
    variants = [Variant("", passed), *others][:LIMIT_VARIANTS]
    return [_read(names, factory, variant, folder, fixed) for variant in variants]


def _take(name: str, given: object) -> Value:
    is_plain = given is None or isinstance(given, (bool, int, float, str))
    return Literal(given) if is_plain else Passed(name)


def _read(
    names: Names,
    factory: Factory,
    variant: Variant,
    folder: Path,
    fixed: set[str] | frozenset[str] = frozenset(),
) -> Survey:
    module = factory.named.target.module
    assert module is not None
    scope = Scope(module, factory.function, dict(factory.scope_names), factory.own)
    reading = Reading(names, names.observed, Scope(module, factory.function), EXPRESSIONS)
    reading.is_plain = not variant.name
    parameters = factory.function.args
    defaults = {name: reading.evaluate_alone(node) for name, node in iter_defaults(parameters)}
    for one in (*parameters.posonlyargs, *parameters.args, *parameters.kwonlyargs):
        if one.arg != factory.own:
            value = variant.values.get(one.arg, defaults.get(one.arg))
            is_passed = isinstance(value, Passed)
            given = Given(one.arg, value, is_fixed=one.arg in fixed)
            scope.names[one.arg] = value if is_passed and value else given
    if parameters.kwarg is not None:
        scope.names[parameters.kwarg.arg] = Given(parameters.kwarg.arg, Literal(None))
    reading.scope = scope
    walk = FactoryWalk(reading, site=Site(folder))
    walk.run(factory.function.body)
    reading.functions.add((scope.file, factory.function.lineno))
    return Survey(
        variant, walk.actions, reading.caller, reading.questions, reading.functions, walk.silent
    )


def _find_variants(
    factory: Factory, caller: Caller, passed: Mapping[str, Value] = MappingProxyType({})
) -> list[Variant]:
    """Return the other ways to call the factory, one for each thing that a condition asks."""
    found = []
    for name, keys in caller.names_chosen.items():
        written = dict(iter_defaults(factory.function.args)).get(name)
        usual = written.value if isinstance(written, ast.Constant) else None
        found += [
            Variant(key or "empty", {name: Literal(key)}, f"{name}={key!r}")
            for key in keys
            if key != usual
        ]
    for name, default in caller.conditions.items():
        value = passed.get(name, default)
        if name in caller.names_chosen or isinstance(value, Passed):
            continue
        plain = find_plain(value) if value is not None else None
        if plain is not None and isinstance(plain.value, bool):
            word = name if not plain.value else f"no_{name}"
            said = f"{name}={not plain.value}"
            found.append(Variant(word, {name: Literal(not plain.value)}, said))
        elif plain is not None:
            found.append(Variant(name, {name: Passed(name)}, f"{name}=…"))
    return found
