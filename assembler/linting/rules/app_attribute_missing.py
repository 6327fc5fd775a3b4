"""Reject a path from the app that a plain Flask does not have."""

from __future__ import annotations

import ast
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import APP_ATTRIBUTE_MISSING
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import find_certain
from assembler.document.nodes import ScalarNode, find_text
from assembler.linting.facts.named_objects import soften
from assembler.linting.rules.form import Rule
from assembler.modules.static_object import Kind
from assembler.references.reference_forms import build_fault_diagnostics, iter_references
from assembler.references.values import ITSELF, build_app_fault
from assembler.steps.catalog import TABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts
    from assembler.modules.static_object import StaticObject
    from assembler.planning.plan import PlannedStep

__all__ = ["RULE"]

FLASK = "flask:Flask"
# What Flask keeps under these names, unless a step replaces it.
HELD = {
    "cli": "flask.cli:AppGroup",
    "config": "flask.config:Config",
    "jinja_env": "flask.templating:Environment",
    "json": "flask.json.provider:DefaultJSONProvider",
    "logger": "logging:Logger",
    "url_map": "werkzeug.routing:Map",
}
NEVER_GIVEN_MORE = frozenset({"config"})  # nobody sets attributes on it


def check_paths(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each `$app` that names what a plain Flask lacks; reads Flask's files.

    Only where the app is a plain Flask. Once a step has had the app that is not our own, it may
    have more than Flask gives it: then only what misspells one of Flask's names is certain.
    """
    if find_text(facts.profile.app.node.get("use")) not in {None, FLASK}:
        return
    paths = list(_iter_paths(facts))
    given = _find_given(facts) if paths else set()
    names = cache(lambda text: _list_names(facts, text))
    for planned, node, is_untouched in paths:
        first, *others = node.text.split(".")
        second = others[0] if others else None
        own, held = names(FLASK), names(HELD.get(first, ""))
        part, known, is_whole = first, own, is_untouched
        if first in own and second is not None:
            part, known = second, held
            is_whole = is_untouched or first in NEVER_GIVEN_MORE
        path = first if part == first else f"{first}.{second}"
        if not known or part in known or part.startswith("_") or path in given:
            continue  # a private name is the policy's matter
        meant = find_certain(part, known)
        if meant is not None or is_whole:
            near = known if meant is None else [meant]
            for found in build_fault_diagnostics(build_app_fault(node.text, part, near), node):
                yield soften(found, planned)


def _iter_paths(facts: ProfileFacts) -> Iterator[tuple[PlannedStep, ScalarNode, bool]]:
    """Yield each path, and whether only steps of our own had the app before it is followed."""
    is_untouched = True
    for planned in (*facts.plan.config, *facts.due):
        for options in (planned.step.options, planned.step.init):
            for reference in iter_references(options):
                node = reference.get("$app")
                if (
                    isinstance(node, ScalarNode)
                    and not node.is_interpolated
                    and node.text != ITSELF
                ):
                    yield planned, node, is_untouched
        if planned.kind == "extension":
            entry = TABLE.get(planned.step.use)
            is_own = entry is not None and entry.module is not None
            is_untouched = is_untouched and is_own and planned.step.use != "imports"


def _find_given(facts: ProfileFacts) -> set[str]:
    """Return the paths, up to two names, that the steps `attributes` set."""
    paths = (
        path.split(".")
        for planned in facts.due
        if planned.step.use == "attributes"
        for path in planned.step.options.entries
    )
    return {".".join(parts[:end]) for parts in paths for end in (1, 2)}


def _list_names(facts: ProfileFacts, text: str) -> list[str]:
    """Return the public names of an instance; none where it is not certain which it has."""
    objects = facts.modules.objects
    try:
        found = facts.modules.resolve(text) if text else None
    except StepFault:  # it is not installed
        return []
    line = [] if found is None else objects.iter_classes(found)
    if found is None or any(one.kind is not Kind.CLASS for one in line):
        return []
    given = {name for one in line for name in _iter_given(one)}
    return sorted({*objects.list_names(found), *given})


def _iter_given(owner: StaticObject) -> Iterator[str]:
    """Yield what a class's methods set on an instance, and what its module sets on the class."""
    if not isinstance(owner.node, ast.ClassDef) or owner.module is None:
        return
    beside = chain.from_iterable(map(ast.iter_child_nodes, owner.module.body))
    for holder, nodes in (("self", ast.walk(owner.node)), (owner.node.name, beside)):
        for node in nodes:
            if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Store):
                continue
            if isinstance(node.value, ast.Name) and node.value.id == holder:
                yield node.attr


RULE = Rule(APP_ATTRIBUTE_MISSING, check_profile=check_paths)
