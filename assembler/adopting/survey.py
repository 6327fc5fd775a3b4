"""Read a factory in each of its variants."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assembler.adopting.evaluating import EXPRESSIONS
from assembler.adopting.following import iter_defaults
from assembler.adopting.reading import Caller, Reading
from assembler.adopting.sayings import Given, Literal, Named, Passed, Value, find_plain
from assembler.adopting.scopes import Names, Scope
from assembler.adopting.walk import Site
from assembler.adopting.walking import FactoryWalk
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.modules.static_object import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.adopting.actions import Action, Leftover
    from assembler.adopting.observed import Observed, Question
    from assembler.modules.module_index import ModuleIndex

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
    silent: list[tuple[str, int]]


def find_factory(names: Names, reference: str) -> Factory:
    """Return the definition of the factory that a reference names.

    Raises:
        ProfileError: if there is none, or it is no function whose source can be read.
    """
    module_name, _, path = reference.partition(":")
    names.index.resolve(reference)
    module = names.index.find_module(module_name)
    named = names.find_in(path, module) if module is not None and path.isidentifier() else None
    named = named or names.build(module_name, path)
    target, own = named.target, None
    if target.kind is Kind.INSTANCE:
        method = names.index.objects.get_attribute(target, "__call__")
        if method is not None and isinstance(method.node, ast.FunctionDef):
            own, target = method.node.args.args[0].arg, method
    if not isinstance(target.node, ast.FunctionDef) or target.module is None:
        message = f'"{reference}" is no function whose source can be read'
        hint = "Name the function that returns the app, as `shop.factory:create_app`."
        raise ProfileError([codes.NOT_A_FACTORY.at(Place(reference), message, hint=hint)])
    named = Named(named.module, named.path, target)
    known: dict[str, Value] = {}
    if own is not None:
        known[own] = names.find_in(path, module) if module else names.build(module_name, path)  # type: ignore[assignment]
    return Factory(reference, named, target.node, known, own)


def survey(index: ModuleIndex, factory: Factory, observed: Observed, folder: Path) -> list[Survey]:
    """Return what the factory does: called plainly, and in each way that its conditions name."""
    plain, names = Variant(""), Names(index, observed)
    first = _read(names, factory, plain, folder)
    # What a condition asks for has one value in a profile: read again, with it.
    caller = first.caller
    for variant in _find_variants(factory, caller):
        # What is passed may be a name, which shows where only that is looked up.
        caller.names_chosen |= _read(names, factory, variant, folder).caller.names_chosen
    fixed = {*caller.conditions, *caller.names_chosen}
    variants = [plain, *_find_variants(factory, caller)][:LIMIT_VARIANTS]
    return [_read(names, factory, variant, folder, fixed) for variant in variants]


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
    reading.is_plain = not variant.values
    parameters = factory.function.args
    defaults = {name: reading.evaluate(node) for name, node in iter_defaults(parameters)}
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
    return Survey(variant, walk.actions, reading.caller, reading.questions, walk.silent)


def _find_variants(factory: Factory, caller: Caller) -> list[Variant]:
    """Return the other ways to call the factory, one for each thing that a condition asks."""
    found = []
    for name, keys in caller.names_chosen.items():
        defaults = dict(iter_defaults(factory.function.args))
        default = defaults.get(name)
        usual = default.value if isinstance(default, ast.Constant) else None
        found += [
            Variant(key, {name: Literal(key)}, f"{name}={key!r}") for key in keys if key != usual
        ]
    for name, value in caller.conditions.items():
        if name in caller.names_chosen:
            continue
        plain = find_plain(value) if value is not None else None
        if plain is not None and isinstance(plain.value, bool):
            word = name if not plain.value else f"no_{name}"
            said = f"{name}={not plain.value}"
            found.append(Variant(word, {name: Literal(not plain.value)}, said))
        elif plain is not None:
            found.append(Variant(name, {name: Passed(name)}, f"{name}=…"))
    return found
