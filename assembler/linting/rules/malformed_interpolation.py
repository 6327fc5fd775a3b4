"""Reject a malformed `${`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import MALFORMED_INTERPOLATION
from assembler.diagnostics.diagnostic import Severity
from assembler.document.nodes import MappingNode, ScalarNode, iter_scalars, iter_steps
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import FileFacts

__all__ = ["RULE", "check_bare_names"]

BARE_NAME = re.compile(r"\$[A-Z][A-Z0-9_]+")
# A file without it has none: looked for before anything else.
SUSPICIOUS = re.compile(rb"\$[A-Z][A-Z0-9_]+[\"']?[ \t]*(?:[,}\]\r\n#]|\Z)")


def check_bare_names(facts: FileFacts) -> Iterator[Diagnostic]:
    """Warn of each option that is the name of a variable without its braces."""
    if not SUSPICIOUS.search(facts.source):
        return
    for scalar in _iter_options(facts.root):
        if BARE_NAME.fullmatch(scalar.text):
            name = scalar.text[1:]
            found = MALFORMED_INTERPOLATION.at(
                scalar.place,
                f"'${name}' is a string, not a variable",
                hint=f"Write `${{{name}}}` for the variable, or `$${name}` for the string.",
            )
            yield replace(found, severity=Severity.WARNING)


def _iter_options(root: MappingNode) -> Iterator[ScalarNode]:
    """Yield every string below a `with` or an `init` of the file."""
    for step in iter_steps(root, ("config", "extensions")):
        if isinstance(step, MappingNode):
            yield from iter_scalars(step.get("with"))
            yield from iter_scalars(step.get("init"))


RULE = Rule(MALFORMED_INTERPOLATION, check_file=check_bare_names)
