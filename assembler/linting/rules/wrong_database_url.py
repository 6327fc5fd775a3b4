"""Reject a database URL that SQLAlchemy does not accept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.database.url import URI_KEY, build_dialect_fault, find_url_fault, split_scheme
from assembler.diagnostics.codes import WRONG_DATABASE_URL
from assembler.diagnostics.diagnostic import Severity
from assembler.language.validation import name_variables
from assembler.linting.facts.databases import find_urls
from assembler.linting.facts.named_objects import soften
from assembler.linting.rules.form import Rule
from assembler.references.reference_forms import build_fault_diagnostics
from assembler.steps.entry_points import find_entry_points

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.diagnostics.faults import StepFault
    from assembler.linting.facts.databases import Url
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_urls(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each URL that is known and wrong, of those that the step `database` is given."""
    planned = facts.due_by_use.get("database")
    if planned is None:
        return
    urls = list(find_urls(facts))
    has_option = any(url.is_option for url in urls)
    for url in urls:
        if url.name == URI_KEY and has_option:
            continue  # the option goes before it
        fault = _find_fault(facts, url)
        if fault is not None:
            for found in build_fault_diagnostics(fault, url.node):
                found = name_variables(found, url.node)  # noqa: PLW2901 - the same, with its cause
                severity = Severity.ERROR if _is_certain(facts, url) else Severity.WARNING
                yield soften(replace(found, severity=severity), planned)


def _is_certain(facts: ProfileFacts, url: Url) -> bool:
    """Return whether this is the URL in force: not a default in an unknown environment."""
    return url.is_sure and (facts.env is not None or not url.node.is_interpolated)


def _find_fault(facts: ProfileFacts, url: Url) -> StepFault | None:
    text = url.node.text
    if url.node.unknown or not text or text.startswith("$"):  # a malformed variable
        return None
    fault = find_url_fault(text, url.name)
    dialect = text.partition("://")[0]
    if fault is None and not _has_dialect(facts, dialect):
        fault = build_dialect_fault(dialect)
    return fault


def _has_dialect(facts: ProfileFacts, dialect: str) -> bool:
    """Return whether SQLAlchemy or a package has it; true without an installed SQLAlchemy."""
    backend, driver = split_scheme(dialect)
    backend = "postgresql" if backend == "postgres" else backend
    folder = "sqlalchemy.dialects"
    module = f"{folder}.{backend}" + (f".{driver.removesuffix('_async')}" if driver else "")
    if facts.modules.find_module(folder) is None or facts.modules.find_module(module) is not None:
        return True
    names = find_entry_points(folder)
    return backend in names if not driver else f"{backend}.{driver}" in names


RULE = Rule(WRONG_DATABASE_URL, check_profile=check_urls)
