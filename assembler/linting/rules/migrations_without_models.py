"""Find a migrations profile that lacks models which the web profile imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import MIGRATIONS_WITHOUT_MODELS
from assembler.diagnostics.diagnostic import Related
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import FolderFacts
    from assembler.linting.facts.profile_summary import ProfileSummary

__all__ = ["RULE"]


def check_migrations_without_models(facts: FolderFacts) -> Iterator[Diagnostic]:
    """Report each module of models that all web profiles of an app import and migrations lack."""
    for family in facts.families:
        migrations = [one for one in family.others if one.role == "migrations" and one.has_database]
        webs = [one for one in family.webs if one.has_database]
        if migrations and webs:
            yield from _check(migrations, webs)


def _check(migrations: list[ProfileSummary], webs: list[ProfileSummary]) -> Iterator[Diagnostic]:
    first = webs[0]
    shared = set(first.bases).intersection(*(one.bases for one in webs))
    common = set.intersection(*({said.text for said in one.models} for one in webs))
    needed = [said for said in first.models if said.text in common]
    for one in migrations:
        if not shared.issuperset(one.code_files):
            continue
        imported = {said.text for said in one.models}
        for said in needed:
            if not _is_imported(said.text, imported):
                yield MIGRATIONS_WITHOUT_MODELS.at(
                    one.role_place,
                    f"'{one.name}' does not import \"{said.text}\", as '{first.name}' does",
                    hint="Move the step into a base that both extend.",
                    related=(Related(first.place_of(said), f"'{first.name}' imports it here"),),
                )


def _is_imported(module: str, imported: set[str]) -> bool:
    """Return whether ``module`` is imported: by its name, or as the package of one that is."""
    return any(one == module or one.startswith(f"{module}.") for one in imported)


RULE = Rule(MIGRATIONS_WITHOUT_MODELS, check_folder=check_migrations_without_models)
