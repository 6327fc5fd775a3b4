"""Warn about a library that would block gevent's event loop because its patch is not applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import PATCH_MISSING
from assembler.diagnostics.diagnostic import Related
from assembler.linting.facts.named_modules import find_use, render_chain
from assembler.linting.rules.form import Rule
from assembler.planning.missing_patch import build_missing_patch
from assembler.planning.plan import Decision
from assembler.planning.step_forms import find_form
from assembler.steps.forms import CatalogStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

    Reason = tuple[str, tuple[Related, ...]]

__all__ = ["RULE", "check_used_libraries"]

# By patch: what the library is called, and the modules that show that it is used.
LIBRARIES = {
    "grpc": (
        "gRPC",
        (
            "grpc",
            "google.cloud.bigtable",
            "google.cloud.firestore",
            "google.cloud.pubsub",
            "google.cloud.pubsub_v1",
            "google.cloud.spanner",
            "opentelemetry.exporter.otlp.proto.grpc",
            "pymilvus",
        ),
    ),
    "psycopg2": ("psycopg2", ("psycopg2",)),
}


def check_used_libraries(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each library that is used and whose patch is not applied."""
    if not facts.is_patched("gevent") or facts.has_unknown_patch:
        return
    applied = {one.step.use for one in facts.plan.patches if one.decision is not Decision.SKIPPED}
    gevent = next(one.step for one in facts.plan.live_patches if one.step.use == "gevent")
    for patch, (library, modules) in LIBRARIES.items():
        if patch in applied:
            continue
        reason = _find_step(facts, modules) or _find_import(facts, modules)
        if patch == "psycopg2":
            if any(one.driver == "psycopg2" and one.is_certain for one in facts.databases):
                continue  # which is an error of its own
            reason = _find_database(facts) or reason
        if reason is not None:
            how, related = reason
            yield build_missing_patch(gevent.place, patch, f"{library} is used{how}", related)


def _find_step(facts: ProfileFacts, modules: tuple[str, ...]) -> Reason | None:
    """Find a catalogue step that uses one of ``modules``."""
    for use, planned in facts.due_by_use.items():
        form = find_form("extension", use)
        if isinstance(form, CatalogStep) and not set(modules).isdisjoint(form.packages):
            return f" by '{planned.step.name}'", (Related(planned.step.place, "used here"),)
    return None


def _find_import(facts: ProfileFacts, modules: tuple[str, ...]) -> Reason | None:
    found = find_use(facts, modules)
    if found is None:
        return None
    named = Related(found.named.place, f"'{found.named.name}' is named here")
    importer = found.chain[-1][0].name if found.chain else found.named.name
    return f" by '{importer}'", (named, *render_chain(found.chain))


def _find_database(facts: ProfileFacts) -> Reason | None:
    for database in facts.databases:
        if database.driver == "psycopg2":
            related = Related(database.place, "the database's URL")
            return f" for {database.key}, unless another URL is given", (related,)
    return None


RULE = Rule(PATCH_MISSING, check_profile=check_used_libraries)
