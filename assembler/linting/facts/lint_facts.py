"""Hold what a rule may read: a file, a profile with its bases merged, a folder's profiles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from assembler.document.nodes import find_text
from assembler.linting.facts.blueprints import find_blueprints
from assembler.linting.facts.databases import find_databases
from assembler.linting.facts.missing_project import find_missing_project
from assembler.linting.facts.misuses import find_misuses
from assembler.linting.facts.named_objects import find_named_objects, resolve_named_objects
from assembler.linting.facts.profile_summary import build_said, find_families
from assembler.linting.facts.profile_view import ProfileView
from assembler.linting.facts.secret_texts import (
    REFUSED_KEYS,
    find_secret_texts,
    refuses_weak_keys,
)
from assembler.linting.facts.setting_faults import find_setting_faults

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import MappingNode
    from assembler.linting.facts.blueprints import StaticBlueprint
    from assembler.linting.facts.databases import Database
    from assembler.linting.facts.missing_project import MissingProject
    from assembler.linting.facts.named_objects import NamedObject, ResolvedObject
    from assembler.linting.facts.profile_summary import Family, ProfileSummary, Said
    from assembler.linting.facts.secret_texts import SecretText

__all__ = ["FileFacts", "FolderFacts", "ProfileFacts"]


@dataclass(frozen=True, eq=False, repr=False)
class FileFacts:
    """One file as it is written, before a base is folded in."""

    path: str  # as shown
    file: Path
    source: bytes
    root: MappingNode

    @cached_property
    def secret_texts(self) -> list[SecretText]:
        """The strings in its options that may be secrets, each with the key that says so."""
        return find_secret_texts(self.root)

    @cached_property
    def refused_keys(self) -> frozenset[str]:
        """The keys whose weak secrets are refused when the app is made."""
        return REFUSED_KEYS if refuses_weak_keys(self.root) else frozenset()


@dataclass(frozen=True, eq=False, repr=False)
class ProfileFacts(ProfileView):
    """A profile that can be run, and what is found out about it once, however many rules ask."""

    @cached_property
    def named_objects(self) -> tuple[NamedObject, ...]:
        """What the app, the server, and the steps that may run name of Python."""
        return tuple(find_named_objects(self))

    @cached_property
    def resolved_objects(self) -> tuple[ResolvedObject, ...]:
        """What is known of the named objects whose modules the policy allows."""
        return tuple(resolve_named_objects(self, self.named_objects))

    @cached_property
    def missing_project(self) -> MissingProject | None:
        """What is missing where nothing of the project is found."""
        return find_missing_project(self, self.resolved_objects)

    @cached_property
    def misuses(self) -> tuple[Diagnostic, ...]:
        """The uses of named objects that are certain to fail: the adapter, the options."""
        return tuple(find_misuses(self, self.resolved_objects))

    @cached_property
    def setting_faults(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the server's settings, each with the code of its rule."""
        return tuple(find_setting_faults(self.plan, self.modules))

    @cached_property
    def blueprints(self) -> tuple[StaticBlueprint, ...]:
        """The blueprints that the extension steps register, as far as the sources show them."""
        return tuple(find_blueprints(self.resolved_objects))

    @cached_property
    def databases(self) -> tuple[Database, ...]:
        """The databases whose URLs are known, at least up to the scheme."""
        return tuple(find_databases(self))

    @cached_property
    def migrations(self) -> Said | None:
        """The folder that the step `migrate` takes its revisions from, where that is known."""
        planned = self.due_by_use.get("migrate")
        if planned is None:
            return None
        node = planned.step.options.get("directory")
        if node is None:
            return build_said("migrations", planned.step.place)
        text = find_text(node)
        return None if text is None else build_said(text, node.place)


@dataclass(frozen=True, eq=False, repr=False)
class FolderFacts:
    """The profiles of one folder."""

    profiles: Sequence[ProfileSummary]

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """The profiles of one app, as far as they have several roles."""
        return find_families(self.profiles)
