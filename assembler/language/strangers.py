"""Tell a profile from a YAML file of another tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.suggestion import find_certain
from assembler.document.nodes import ScalarNode
from assembler.language.shape import LATEST_VERSION, ProfileShape

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import MappingNode

__all__ = ["find_stranger"]

KEYS = tuple(field.alias or name for name, field in ProfileShape.model_fields.items())
SHARED = frozenset({"version", "name", "description"})  # which other tools' files have as well
# Compose, Kubernetes, GitHub's workflows and pre-commit, one of which each of their files has.
OF_OTHERS = frozenset({"apiVersion", "jobs", "repos", "services"})


def find_stranger(document: MappingNode) -> Diagnostic | None:
    """Return the one finding of a file that is no profile; ``None``: it is one, or may be."""
    unknown = [key for key in document.entries if key not in KEYS]
    version = document.get("version")
    is_said = isinstance(version, ScalarNode) and version.value == LATEST_VERSION
    if not unknown or is_said or not _is_foreign(document, unknown):
        return None
    first = next(iter(document.entries.values())).key
    return codes.NOT_A_PROFILE.at(
        first.place,
        f"not a profile: '{unknown[0]}' is none of its keys",
        hint="Move the file out of the folder of the profiles; a profile has `version: 1`.",
    )


def _is_foreign(document: MappingNode, unknown: list[str]) -> bool:
    if not OF_OTHERS.isdisjoint(unknown):
        return True
    if not SHARED.issuperset(key for key in document.entries if key in KEYS):
        return False
    return not any(find_certain(key, KEYS) for key in unknown)
