"""Find what config sources set for nothing, since a later one of the same kind sets it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assembler.document.nodes import MappingNode, ScalarNode, to_plain
from assembler.references.reference_forms import iter_references
from assembler.steps.sources import TABLE, get_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assembler.language.profile import Profile, Step

__all__ = [
    "KeyRepeat",
    "find_key_repeats",
    "find_same_sources",
    "has_repeated_use",
    "is_all_repeated",
]

# These give the same values each time, whatever other sources set; `settings` reads what they set.
SAME_EACH_TIME = frozenset(TABLE) - {"settings", "values"}
NO_DIFFERENCE = frozenset({"optional"})
READING = frozenset({"$config", "$app"})


LIMIT_SOURCES = 100  # each is compared with each, and nobody has so many


class KeyRepeat(NamedTuple):
    """A key that one `values` source sets, and a later one sets again."""

    step: Step
    key: ScalarNode
    again: ScalarNode


def find_key_repeats(profile: Profile) -> list[KeyRepeat]:
    """Give each key that a `values` source sets for nothing, with the first that sets it again.

    Both surely run, and nothing may read the first value in between. A key that an overlay sets in
    a source of its own is no repeat of its bases': to override them is what it is for.
    """
    if not has_repeated_use(profile):
        return []
    layers = {path: position for position, path in enumerate(profile.composed.files)}
    return list(_iter_key_repeats(profile.config, layers))


def has_repeated_use(profile: Profile) -> bool:
    """Tell whether two config sources use the same: of most profiles that is all one has to ask."""
    uses = [step.use for step in profile.config]
    return len(set(uses)) < len(uses) <= LIMIT_SOURCES


def is_all_repeated(step: Step, repeats: Sequence[KeyRepeat]) -> bool:
    """Tell whether ``repeats`` leave nothing of what the source ``step`` sets."""
    keys = step.options.entries
    return bool(keys) and len(keys) == sum(repeat.step is step for repeat in repeats)


def find_same_sources(profile: Profile) -> list[tuple[Step, Step]]:
    """Give each source that a later one of the same file repeats, whatever they set, with that."""
    pairs: list[tuple[Step, Step]] = []
    if not has_repeated_use(profile):
        return pairs
    for position, step in enumerate(profile.config):
        if step.use in SAME_EACH_TIME and step.condition is None:
            same = next(_iter_same(step, profile.config[position + 1 :]), None)
            if same is not None:
                pairs.append((step, same))
    return pairs


def _iter_key_repeats(steps: Sequence[Step], layers: dict[str, int]) -> Iterator[KeyRepeat]:
    for position, step in enumerate(steps):
        if step.use != "values" or step.condition is not None:
            continue
        missing = dict(step.options.entries)
        for later in steps[position + 1 :]:
            if _may_read_config(later):
                break
            if later.use != "values" or later.condition is not None:
                continue
            for name, entry in later.options.entries.items():
                known = missing.pop(name, None)
                if known is not None and not _overrides(entry.key, known.key, layers):
                    yield KeyRepeat(step, known.key, entry.key)


def _overrides(new: ScalarNode, old: ScalarNode, layers: dict[str, int]) -> bool:
    return layers.get(new.path, 0) > layers.get(old.path, 0)


def _iter_same(step: Step, later: Sequence[Step]) -> Iterator[Step]:
    identity = None
    for other in later:
        if _may_read_config(other):
            return
        if other.use != step.use or other.condition is not None:
            continue
        identity = identity or _get_identity(step)
        if other.node.path == step.node.path and _get_identity(other) == identity:
            yield other


def _get_identity(step: Step) -> dict[str, object]:
    """Give the options that make a difference, defaults filled in."""
    model = get_source(step.use).options
    assert model is not None
    options = step.options
    identity: dict[str, object] = {}
    for name, field in model.model_fields.items():
        if name not in NO_DIFFERENCE:
            node = options.get(name)
            identity[name] = field.default if node is None else to_plain(node, as_text=True)
    return identity


def _may_read_config(step: Step) -> bool:
    """Tell whether what earlier sources set may matter to ``step``."""
    if step.use == "settings" or isinstance(step.node.get("when"), MappingNode):
        return True
    references = iter_references(step.options)
    return any(READING.intersection(reference.entries) for reference in references)
