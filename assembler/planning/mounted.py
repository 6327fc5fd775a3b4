"""Find the profiles that steps mount."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.document.nodes import MappingNode, ScalarNode
from assembler.references.reference import is_profile_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.language.profile import Step

__all__ = ["iter_mounted"]


def iter_mounted(step: Step) -> Iterator[ScalarNode]:
    """Yield what names each profile that a step mounts."""
    if step.as_ == "mount" and is_profile_path(step.use):
        named = [step.node.get("use")]
    elif step.use == "mounts" and isinstance(paths := step.options.get("paths"), MappingNode):
        named = [entry.value for entry in paths.entries.values()]
    else:
        return
    yield from (node for node in named if isinstance(node, ScalarNode))
