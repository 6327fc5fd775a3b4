"""Go all the way from a profile's file to its plan, and say everything that is wrong at once."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Collector, Diagnostic, Place, ProfileError, Severity
from assembler.document.document import load_document
from assembler.files import FileCache
from assembler.language.composition import compose_profile
from assembler.language.profile_typing import validate_profile
from assembler.planning.options import check_options
from assembler.planning.patch_calls import check_patches, load_patch_calls
from assembler.planning.plan import build_plan
from assembler.planning.profile_cache import ProfileCache, Typed
from assembler.policy import find_policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.document.nodes import MappingNode
    from assembler.language.profile import Profile
    from assembler.planning.plan import Plan
    from assembler.policy import Policy

__all__ = ["Loaded", "load_plan", "load_profile", "prepare_path"]


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
    shown, found = os.fspath(profile), Collector()
    key = (Path(shown).absolute(), shown, policy.root)
    typed = _profiles.get(key, env, lambda env: _build_typed(shown, env, policy))
    found.add(*typed.diagnostics)
    if typed.profile.abstract:
        found.add(
            codes.ABSTRACT_PROFILE.at(
                typed.profile.place_of("abstract"),
                "an abstract profile cannot be run",
                hint="Run one that extends it.",
            )
        )
    plan = build_plan(typed.profile, env, found, debug=debug)
    found.add(*typed.find_faults(plan, _find_option_faults))
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
    typed = _build_typed(os.fspath(profile), env, policy)
    if any(found.severity is Severity.ERROR for found in typed.diagnostics):
        raise ProfileError(typed.diagnostics)
    return typed.profile


def _build_typed(shown: str, env: Mapping[str, str] | None, policy: Policy) -> Typed:
    """Build the typed profile of a file, or raise where there is none."""
    found = Collector()
    loaded: list[tuple[Path, str, MappingNode | None]] = []

    def load(file: Path, path: str, found: Collector) -> MappingNode | None:
        document, diagnostics = _load_document(file, path)
        loaded.append((file, path, document))
        found.add(*diagnostics)
        return document

    def is_unchanged() -> bool:
        return all(_load_document(file, path)[0] is known for file, path, known in loaded)

    composed = compose_profile(Path(shown), found, path=shown, root=policy.root, load=load)
    profile = None if composed is None else validate_profile(composed, env, found)
    if profile is None:
        found.raise_errors()
        hint = "Run `assembler lint` on it."
        raise ProfileError([codes.FILE_UNREADABLE.at(Place(shown), "it is no profile", hint=hint)])
    return Typed(profile, tuple(found.found), is_unchanged)


def _find_option_faults(plan: Plan) -> list[Diagnostic]:
    found = Collector()
    check_options(plan, found)
    return found.found


def _load_document(file: Path, path: str) -> tuple[MappingNode | None, list[Diagnostic]]:
    """Give a file's document, parsed once for as long as it stays the same."""

    def parse() -> tuple[MappingNode | None, list[Diagnostic]]:
        own = Collector()
        return load_document(file, path, own), own.found

    return _documents.get(file, path, parse)


# A test suite creates its app hundreds of times in one process, from files that stay the same.
_documents: FileCache[tuple[MappingNode | None, list[Diagnostic]]] = FileCache()
_profiles = ProfileCache()


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
