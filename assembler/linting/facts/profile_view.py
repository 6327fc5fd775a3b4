"""View a profile as it was composed, typed and planned: what finders and rules read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from assembler.document.nodes import iter_scalars
from assembler.planning.plan import Decision
from assembler.planning.set_values import type_value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from assembler.document.nodes import Node, ScalarNode
    from assembler.language.profile import Profile, Step
    from assembler.modules.module_index import ModuleIndex
    from assembler.planning.plan import Plan, PlannedStep
    from assembler.policy import Policy

__all__ = ["ProfileView", "SetValue"]


class SetValue(NamedTuple):
    """A config key that a `values` source sets."""

    step: Step
    key: ScalarNode
    value: Node  # interpolated; a scalar that nobody knows yet is ``unknown``


@dataclass(frozen=True, eq=False, repr=False)
class ProfileView:
    """One profile that can be run, composed, typed and planned; nothing of it was executed.

    ``env`` is ``None`` where the environment is not known, which is the default: a `${…}` without a
    default then gives a scalar that is ``unknown``.
    """

    profile: Profile
    plan: Plan
    policy: Policy
    modules: ModuleIndex
    env: Mapping[str, str] | None

    @cached_property
    def due(self) -> tuple[PlannedStep, ...]:
        """The extension steps that are not skipped, in order."""
        return tuple(one for one in self.plan.extensions if one.decision is not Decision.SKIPPED)

    @cached_property
    def due_by_use(self) -> dict[str, PlannedStep]:
        """The first of the extension steps that are not skipped, by what they use."""
        first: dict[str, PlannedStep] = {}
        for one in self.due:
            first.setdefault(one.step.use, one)
        return first

    @cached_property
    def is_plain(self) -> bool:
        """Whether catalogue steps and Flask alone make the app, without code of the project."""
        return "use" not in self.profile.app.node.entries and all(
            one.form is not None for one in self.due
        )

    @cached_property
    def set_values(self) -> dict[str, list[SetValue]]:
        """The config keys that `values` sources set, in order; the last of a key is in force."""
        by_key: dict[str, list[SetValue]] = {}
        for one in self.plan.config:
            if one.step.use != "values" or one.decision is Decision.SKIPPED:
                continue
            for key, entry in one.step.options.entries.items():
                value = type_value(key, entry.value)
                by_key.setdefault(key, []).append(SetValue(one.step, entry.key, value))
        return by_key

    @cached_property
    def interpolated(self) -> tuple[ScalarNode, ...]:
        """Every value that was interpolated, or would be, in order."""
        values = iter_scalars(self.profile.node, needs_dollar=True)
        return tuple(node for node in values if node.written is not None)

    @cached_property
    def has_unknown_patch(self) -> bool:
        """Whether a patch has an unknown name: it may be any that seems to be missing."""
        return any(one.form is None for one in self.plan.patches)

    @property
    def root(self) -> Path:
        """The project's root, which the folder of the revisions is relative to."""
        return self.policy.root or self.profile.file.parent

    def find_final_value(self, key: str) -> Node | None:
        """Return what the config sources leave under ``key``; ``None``: not certain."""
        for one in reversed(self.plan.config):
            if one.step.use != "values":
                return None
            node = one.step.options.get(key)
            if node is not None:
                return type_value(key, node) if one.step.node.get("when") is None else None
        return None

    def may_be_set(self, key: str) -> bool:
        """Return whether a config source sets ``key``, or may set any."""
        return any(
            one.step.use != "values" or key in one.step.options.entries for one in self.plan.config
        )

    def is_patched(self, name: str) -> bool:
        """Return whether the profile applies the patch called ``name``."""
        return name in self.plan.patch_names
