"""Reject code that the policy does not allow."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import NOT_ALLOWED
from assembler.diagnostics.faults import StepFault
from assembler.document.nodes import find_text
from assembler.linting.facts.named_objects import soften
from assembler.linting.facts.named_places import iter_place_faults
from assembler.linting.rules.form import Rule
from assembler.modules.static_object import Kind
from assembler.references.reference import (
    check_allowed,
    check_public,
    find_own_module,
    parse_reference,
)
from assembler.references.reference_forms import build_fault_diagnostics, iter_references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts
    from assembler.modules.static_object import StaticObject

__all__ = ["RULE"]


def check_not_allowed(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each reference that is certain to be refused; reads the files of allowed modules."""
    if facts.policy.settings.allow is None:
        return
    yield from _iter_faults(facts)
    yield from iter_place_faults(facts, NOT_ALLOWED)
    yield from _iter_app_faults(facts)


def _iter_faults(facts: ProfileFacts) -> Iterator[Diagnostic]:
    for named in facts.named_objects:
        fault = _find_fault(facts, named.text)
        if fault is not None:
            for found in build_fault_diagnostics(fault, named.node):
                yield soften(found, named.planned)


def _iter_app_faults(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each `$app` that goes through Python's own names."""
    for planned in facts.due:
        for options in (planned.step.options, planned.step.init):
            for reference in iter_references(options):
                path = reference.get("$app")
                text = find_text(path)
                if path is None or text is None:
                    continue
                try:
                    check_public(text.split("."), facts.policy, text)
                except StepFault as fault:
                    for found in build_fault_diagnostics(fault, path):
                        yield soften(found, planned)


def _find_fault(facts: ProfileFacts, text: str) -> StepFault | None:
    try:
        written = parse_reference(text).module
    except StepFault:  # reported where its form is checked
        return None
    try:
        check_allowed(written, facts.policy, text)
        check_public(parse_reference(text).attributes, facts.policy, text)
    except StepFault as fault:
        return fault
    try:
        target = facts.modules.resolve(text)
    except StepFault:  # reported as missing
        return None
    own = target.own_module or _find_loaded_owner(target)
    try:
        check_allowed(written if own is None else own, facts.policy, text)
    except StepFault as fault:
        return fault
    return None


def _find_loaded_owner(target: StaticObject) -> str | None:
    """Ask what Python itself has loaded, as `posix`, of what the sources do not show."""
    module, _, name = target.name.rpartition(".")
    if target.kind is not Kind.UNKNOWN or module not in sys.stdlib_module_names:
        return None
    loaded = getattr(sys.modules.get(module), name, None)
    return None if loaded is None else find_own_module(loaded)


RULE = Rule(NOT_ALLOWED, check_profile=check_not_allowed)
