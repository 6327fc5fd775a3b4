"""Find a worker that does not read the config that the web profile of the same app reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import CONFIG_SOURCES_DIFFER
from assembler.diagnostics.diagnostic import Related
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import FolderFacts
    from assembler.linting.facts.profile_summary import Family, ProfileSummary, Said

__all__ = ["RULE"]

# A class of settings may be read in either way, and so may a file of variables.
SAME_KIND = {"settings": "object", "dotenv": "file"}


def check_config_sources_differ(facts: FolderFacts) -> Iterator[Diagnostic]:
    """Report each profile that lacks a config source which all web profiles of its app read."""
    for family in facts.families:
        needed = _find_needed(family)
        if needed:
            for other in family.others:
                yield from _check(other, family.webs[0], needed)


def _find_needed(family: Family) -> dict[str, Said]:
    """Give the sources, by their kind, that all web profiles of an app have."""
    needed = {_find_kind(said): said for said in reversed(family.webs[0].sources)}
    for web in family.webs[1:]:
        own = {_find_kind(said) for said in web.sources}
        needed = {kind: said for kind, said in needed.items() if kind in own}
    return needed


def _check(
    other: ProfileSummary, web: ProfileSummary, needed: dict[str, Said]
) -> Iterator[Diagnostic]:
    enough = {"migrations": other.database, "beat": other.broker}.get(other.role)
    if enough is not None and enough.text:
        return
    own = {_find_kind(said) for said in other.sources}
    for kind, said in needed.items():
        if kind not in own:
            yield CONFIG_SOURCES_DIFFER.at(
                other.role_place,
                f"'{other.name}' does not read the config source {said.text}, as '{web.name}' does",
                hint="Move the source into a base that both extend.",
                related=(Related(web.place_of(said), f"'{web.name}' reads it here"),),
            )


def _find_kind(said: Said) -> str:
    return SAME_KIND.get(said.text, said.text)


RULE = Rule(CONFIG_SOURCES_DIFFER, check_folder=check_config_sources_differ)
