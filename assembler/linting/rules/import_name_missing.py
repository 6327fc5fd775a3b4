"""Reject an app without an import name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import IMPORT_NAME_MISSING
from assembler.diagnostics.suggestion import find_certain
from assembler.document.nodes import is_reference
from assembler.linting.rules.form import Rule
from assembler.modules.adapters import is_flask_class
from assembler.planning.placed_faults import place_fault
from assembler.steps.step_faults import build_import_name_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_import_name(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report an app without an import name; may read the files of its class's modules."""
    app = facts.profile.app
    options = app.options
    if facts.policy.settings.package is not None or "import_name" in options.entries:
        return
    if facts.policy.path is None and facts.missing_project is not None:
        return  # the policy may be there with the project
    if find_certain("import_name", options.entries) is not None:  # a misspelling is reported
        return
    if not is_reference(options) and ("use" not in app.node.entries or _is_class(facts)):
        yield place_fault(build_import_name_fault(), app, "app")


def _is_class(facts: ProfileFacts) -> bool:
    """Return whether it is certain that the app is made by Flask, or by a subclass."""
    return any(
        one.named.is_use
        and one.named.planned is None
        and one.found is not None
        and is_flask_class(facts.modules.objects, one.found) is True
        for one in facts.resolved_objects
    )


RULE = Rule(IMPORT_NAME_MISSING, check_profile=check_import_name)
