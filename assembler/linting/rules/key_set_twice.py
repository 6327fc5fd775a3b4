"""Find a config key that one `values` source sets and a later one sets again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import KEY_SET_TWICE
from assembler.diagnostics.diagnostic import Related
from assembler.document.nodes import MappingNode
from assembler.linting.rules.form import Rule
from assembler.references.reference_forms import iter_references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import ScalarNode
    from assembler.language.profile import Profile, Step
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]

READING = frozenset({"$config", "$app"})
LIMIT_SOURCES = 100  # each is compared with each, and nobody has so many


def check_profile(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each key that is set again, at its second place."""
    for key, again in _iter_repeats(facts.profile):
        yield KEY_SET_TWICE.at(
            again.place,
            f'"{again.text}" is already set, and the first value is never used',
            hint="Set it in one place.",
            related=(Related(key.place, "first set here"),),
        )


def _iter_repeats(profile: Profile) -> Iterator[tuple[ScalarNode, ScalarNode]]:
    """Yield each key that is set twice while nothing reads the first value in between.

    Both sources certainly run. A key that an overlay sets in a source of its own is no repeat:
    overriding its bases is its purpose.
    """
    if not 1 < sum(step.use == "values" for step in profile.config) <= LIMIT_SOURCES:
        return
    layers = {path: position for position, path in enumerate(profile.composed.files)}
    for position, step in enumerate(profile.config):
        if not _sets_values(step):
            continue
        missing = dict(step.options.entries)
        for later in profile.config[position + 1 :]:
            if _may_read_config(later):
                break
            for name, entry in later.options.entries.items() if _sets_values(later) else ():
                known = missing.pop(name, None)
                if known and layers.get(entry.key.path, 0) <= layers.get(known.key.path, 0):
                    yield known.key, entry.key


def _sets_values(step: Step) -> bool:
    return step.use == "values" and step.condition is None


def _may_read_config(step: Step) -> bool:
    if step.use == "settings" or isinstance(step.node.get("when"), MappingNode):
        return True
    references = iter_references(step.options)
    return any(READING.intersection(reference.entries) for reference in references)


RULE = Rule(KEY_SET_TWICE, check_profile=check_profile)
