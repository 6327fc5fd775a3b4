"""Read from the sources the names and the routes of a profile's blueprints."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from assembler.document.nodes import ScalarNode
from assembler.modules.static_object import Kind
from assembler.steps.adapters import get_adapter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.document.nodes import MappingNode
    from assembler.linting.facts.named_objects import ResolvedObject
    from assembler.modules.static_module import StaticModule
    from assembler.modules.static_object import StaticObject
    from assembler.planning.plan import PlannedStep

__all__ = ["Route", "StaticBlueprint", "find_blueprints"]

# Of a route: what does not change which path it answers. With another option it is not compared.
PLAIN = frozenset({"methods", "endpoint", "view_func", "strict_slashes", "rule"})
SHORTCUTS = {name: name.upper() for name in ("get", "post", "put", "delete", "patch")}
VARIABLE = r"<(?:([^<>:]+):)?[^<>:]+>"


class Route(NamedTuple):
    """One path of one method, in full; what its variables are called does not matter."""

    method: str
    path: str
    subdomain: str


class StaticBlueprint(NamedTuple):
    """A blueprint as a step registers it, as far as both are literal."""

    planned: PlannedStep
    name: str | None  # as it is registered; ``None``: not known
    routes: tuple[Route, ...]


def find_blueprints(resolved: Iterable[ResolvedObject]) -> Iterator[StaticBlueprint]:
    """Iterate over the blueprints that the steps register, in order; reads their modules."""
    for one in resolved:
        planned, found = one.named.planned, one.found
        if planned is None or not one.named.is_use or planned.step.as_ not in {None, "blueprint"}:
            continue
        if found is not None and _is_blueprint(found):
            yield _build(planned, found)


def _is_blueprint(found: StaticObject) -> bool:
    is_made = found.kind is Kind.INSTANCE and isinstance(found.node, ast.Call)
    return is_made and found.name in get_adapter("blueprint").classes


def _build(planned: PlannedStep, found: StaticObject) -> StaticBlueprint:
    call, options = found.node, planned.step.options
    assert isinstance(call, ast.Call)
    own = call.args[0] if call.args else _get_keyword(call, "name")
    name = _choose(options, "name", own)
    prefix = _choose(options, "name_prefix", None)
    full_name = None if name is None or prefix is None else f"{prefix}.{name}".lstrip(".")
    return StaticBlueprint(planned, full_name or None, tuple(_iter_routes(found, call, options)))


def _choose(options: MappingNode, key: str, own: ast.expr | None) -> str | None:
    """Return what the step says, else the blueprint; empty: neither does, ``None``: not known."""
    given = options.get(key)
    is_known = isinstance(given, ScalarNode) and not given.unknown
    is_null = is_known and isinstance(given, ScalarNode) and given.value is None
    if given is not None and not is_null:
        return str(given.value or "") if is_known and isinstance(given, ScalarNode) else None
    if own is None:
        return ""
    return own.value if isinstance(own, ast.Constant) and isinstance(own.value, str) else None


def _iter_routes(found: StaticObject, call: ast.Call, options: MappingNode) -> Iterator[Route]:
    module = found.made_in
    prefix = _choose(options, "url_prefix", _get_keyword(call, "url_prefix"))
    subdomain = _choose(options, "subdomain", _get_keyword(call, "subdomain"))
    # By position, or spread from a mapping, they are not seen.
    is_plain = len(call.args) <= 2 and all(one.arg is not None for one in call.keywords)  # noqa: PLR2004 - name, import_name
    if module is None or prefix is None or subdomain is None or not is_plain:
        return
    names = {name for name, binding in module.bindings.items() if binding.node is call}
    for rule, method in _iter_rules(module, names):
        # As Flask joins them: an empty rule is the prefix itself.
        path = f"{prefix.rstrip('/')}/{rule.lstrip('/')}" if prefix and rule else prefix or rule
        yield Route(method, re.sub(VARIABLE, r"<\1>", path), subdomain)


def _iter_rules(module: StaticModule, names: set[str]) -> Iterator[tuple[str, str]]:
    """Iterate over the rules that the module adds to its blueprints, each with a method."""
    for statement in module.body:
        calls = getattr(statement, "decorator_list", [])
        if isinstance(statement, ast.Expr):
            calls = [statement.value]
        for call in calls:
            function = call.func if isinstance(call, ast.Call) else None
            if not isinstance(function, ast.Attribute) or not call.args:
                continue
            owner, rule = function.value, call.args[0]
            is_ours = isinstance(owner, ast.Name) and owner.id in names
            is_ours = is_ours and all(one.arg in PLAIN for one in call.keywords)
            if is_ours and isinstance(rule, ast.Constant) and isinstance(rule.value, str):
                for method in _find_methods(function.attr, call):
                    yield rule.value, method


def _find_methods(attribute: str, call: ast.Call) -> list[str]:
    if attribute in SHORTCUTS:
        return [SHORTCUTS[attribute]]
    if attribute not in {"route", "add_url_rule"}:
        return []
    methods = _get_keyword(call, "methods")
    if methods is None:
        # A view given by `add_url_rule` may have methods of its own.
        return ["GET"] if attribute == "route" else []
    items = methods.elts if isinstance(methods, (ast.List, ast.Tuple, ast.Set)) else []
    return [str(item.value).upper() for item in items if isinstance(item, ast.Constant)]


def _get_keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((one.value for one in call.keywords if one.arg == name), None)
