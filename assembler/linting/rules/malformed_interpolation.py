"""Reject a malformed `${`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import MALFORMED_INTERPOLATION
from assembler.diagnostics.diagnostic import Severity
from assembler.document.foreign_variables import iter_meant
from assembler.document.nodes import MappingNode, ScalarNode, iter_scalars, iter_steps
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import FileFacts

__all__ = ["RULE", "check_bare_names"]

# A file without it has none: looked for before anything else.
SUSPICIOUS = re.compile(rb"\$\(?[A-Z]|\{\{ *[A-Z]")


def check_bare_names(facts: FileFacts) -> Iterator[Diagnostic]:
    """Warn of each variable that an option writes as shells, Jinja or Kubernetes do."""
    if not SUSPICIOUS.search(facts.source):
        return
    for scalar in _iter_options(facts.root):
        # Of one that is unknown its spelling is reported already: it has no quotes.
        for written, name in () if scalar.unknown else iter_meant(scalar.text):
            string = f", or `$${written[1:]}` for the string" if written[0] == "$" else ""
            found = MALFORMED_INTERPOLATION.at(
                scalar.place,
                f"'{written}' is a string, not a variable",
                hint=f"Write `${{{name}}}` for the variable{string}.",
            )
            yield replace(found, severity=Severity.WARNING)


def _iter_options(root: MappingNode) -> Iterator[ScalarNode]:
    """Yield every string below a `with` or an `init` of the file, and what the server is told."""
    yield from iter_scalars(root.get("server"))
    yield from iter_scalars(root.get("worker"))
    for step in (root.get("app"), *iter_steps(root)):
        if isinstance(step, MappingNode):
            yield from iter_scalars(step.get("with"))
            yield from iter_scalars(step.get("init"))


RULE = Rule(MALFORMED_INTERPOLATION, check_file=check_bare_names)
