"""Reject a path from the app that a plain Flask does not have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import APP_ATTRIBUTE_MISSING
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import find_certain
from assembler.document.nodes import ScalarNode
from assembler.linting.facts.named_objects import soften
from assembler.linting.rules.form import Rule
from assembler.references.reference_forms import build_fault_diagnostics, iter_references
from assembler.references.values import build_app_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts
    from assembler.planning.plan import PlannedStep

__all__ = ["RULE"]

SET_ON_ITSELF = re.compile(rb"\bself\.([a-z]\w*)\s*(?::[^:=\n]*)?=(?!=)")


def check_paths(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each `$app` whose first name misspells one of Flask's; reads Flask's files.

    Only where the app is a plain Flask. A name that is near none of its own may be one that a step
    sets.
    """
    if facts.profile.app.node.get("use") is not None:
        return
    for planned, node in _iter_paths(facts):
        first = node.text.partition(".")[0]
        known = _list_names(facts)
        meant = find_certain(first, known) if known and first not in known else None
        if meant is not None:
            for found in build_fault_diagnostics(build_app_fault(node.text, first, [meant]), node):
                yield soften(found, planned)


def _iter_paths(facts: ProfileFacts) -> Iterator[tuple[PlannedStep, ScalarNode]]:
    for planned in (*facts.plan.config, *facts.due):
        for options in (planned.step.options, planned.step.init):
            for reference in iter_references(options):
                node = reference.get("$app")
                if isinstance(node, ScalarNode) and not node.is_interpolated:
                    yield planned, node


def _list_names(facts: ProfileFacts) -> list[str]:
    """Return the public names that a Flask has; none where it is not installed."""
    objects = facts.modules.objects
    try:
        flask = facts.modules.resolve("flask:Flask")
    except StepFault:
        return []
    sources = [one.module.source for one in objects.iter_classes(flask) if one.module is not None]
    given = [name.decode() for source in sources for name in SET_ON_ITSELF.findall(source)]
    return [*objects.list_names(flask), *given]


RULE = Rule(APP_ATTRIBUTE_MISSING, check_profile=check_paths)
