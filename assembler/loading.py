"""Go all the way from a profile's file to its plan, and say everything that is wrong at once."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assembler import codes
from assembler.composition import compose_profile
from assembler.diagnostics import Collector, Diagnostic, Place, ProfileError
from assembler.document import load_document
from assembler.file_cache import FileCache
from assembler.options import check_options
from assembler.patches import get_patch
from assembler.patching import PatchCall, check_patches
from assembler.plan import build_plan
from assembler.policy import find_policy
from assembler.profile import validate_profile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.nodes import Mapping as MappingNode
    from assembler.plan import Plan
    from assembler.policy import Policy
    from assembler.profile import Profile

__all__ = ["Loaded", "load_patch_calls", "load_plan", "load_profile", "prepare_path"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A plan that can be carried out, with what it was made from."""

    plan: Plan
    policy: Policy
    env: Mapping[str, str]
    warnings: tuple[Diagnostic, ...]

    @property
    def root(self) -> Path:
        """The project's root: the policy file's folder, else the profile's."""
        return self.policy.root or self.plan.profile.file.parent


def load_plan(
    profile: str | os.PathLike[str],
    *,
    env: Mapping[str, str] | None = None,
    policy_file: str | None = None,
    debug: bool | None = None,
) -> Loaded:
    """Read, compose, type and plan a profile. Reads files; imports nothing of the project.

    Args:
        profile: The file, relative to the current directory.
        env: Stands in for the environment.
        policy_file: What ``--policy`` said.
        debug: What ``--debug`` said; ``None``: nothing.

    Raises:
        ProfileError: with everything that is wrong.
    """
    env = os.environ if env is None else env
    # A stand-in for the environment is for the profile's values; it does not lift the policy.
    policy = find_policy(os.environ, Path.cwd(), policy_file)
    found = Collector()
    typed = _load_typed(os.fspath(profile), env, policy, found)
    if typed.abstract:
        found.add(
            codes.ABSTRACT_PROFILE.at(
                typed.place_of("abstract"),
                "an abstract profile cannot be run",
                hint="Run one that extends it.",
            )
        )
    plan = build_plan(typed, env, found, debug=debug)
    check_options(plan, found)
    check_patches(load_patch_calls(plan), found)
    found.raise_errors()
    return Loaded(plan, policy, env, tuple(found.found))


def load_profile(
    profile: str | os.PathLike[str],
    *,
    env: Mapping[str, str] | None,
    policy_file: str | None = None,
) -> Profile:
    """Read, compose and type a profile that is only to be looked at: an abstract one will do.

    Args:
        profile: The file, relative to the current directory.
        env: The environment; ``None`` leaves every ``${…}`` without a default as it is written.
        policy_file: What ``--policy`` said.

    Raises:
        ProfileError: with everything that is wrong.
    """
    policy = find_policy(os.environ, Path.cwd(), policy_file)
    found = Collector()
    typed = _load_typed(os.fspath(profile), env, policy, found)
    found.raise_errors()
    return typed


def _load_typed(
    shown: str, env: Mapping[str, str] | None, policy: Policy, found: Collector
) -> Profile:
    """Give the typed profile of a file, or raise where there is none."""
    composed = compose_profile(
        Path(shown), found, path=shown, root=policy.root, load=_load_cached_document
    )
    typed = None if composed is None else validate_profile(composed, env, found)
    if typed is None:
        found.raise_errors()
        raise ProfileError([codes.FILE_UNREADABLE.at(Place(shown), "it is no profile")])
    return typed


def _load_cached_document(file: Path, path: str, found: Collector) -> MappingNode | None:
    def parse() -> tuple[MappingNode | None, list[Diagnostic]]:
        own = Collector()
        return load_document(file, path, own), own.found

    document, diagnostics = _documents.get(file, path, parse)
    found.add(*diagnostics)
    return document


# A test suite creates its app hundreds of times in one process, from files that stay the same.
_documents: FileCache[tuple[MappingNode | None, list[Diagnostic]]] = FileCache()


def prepare_path(policy: Policy, *folders: Path) -> None:
    """Put the project's own modules in reach: ``folders`` and the policy's ``pythonpath``.

    Changes ``sys.path``; a folder that is there already stays where it is.
    """
    below_root = (
        [policy.root / entry for entry in policy.settings.pythonpath] if policy.root else []
    )
    for folder in reversed([*folders, *below_root]):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))


def load_patch_calls(plan: Plan) -> list[PatchCall]:
    """Give the patches that are to be applied, with their typed options."""
    calls = []
    for planned in plan.live_patches:
        try:
            patch = get_patch(planned.step.use)
        except KeyError:  # said already, where its name was checked
            continue
        try:
            options = patch.options.model_validate(planned.step.with_)
        except ValueError:  # said as well; that the patch is there still counts for the others
            options = None
        calls.append(PatchCall(patch, options, planned.step.place))
    return calls
