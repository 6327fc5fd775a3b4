"""Build the checked plan of a profile's file: one way for running, linting and showing it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Collector, Place, ProfileError
from assembler.document.document import load_document, parse_document
from assembler.files import FileCache, find_profile, read_state
from assembler.language.composition import compose_profile
from assembler.language.condition import is_installed
from assembler.language.profile_typing import validate_profile
from assembler.planning.kept_options import keep_options
from assembler.planning.options import check_options
from assembler.planning.patch_calls import check_patches
from assembler.planning.plan import build_plan
from assembler.planning.recorder import Recorder
from assembler.planning.replaced_steps import check_replaced
from assembler.policy import find_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import MappingNode
    from assembler.files import State
    from assembler.language.composition import Load
    from assembler.language.profile import Profile
    from assembler.planning.plan import Plan
    from assembler.policy import Policy

__all__ = [
    "Loaded",
    "Surroundings",
    "build_checked_plan",
    "check_named",
    "load_plan",
    "load_plan_of_texts",
    "load_profile",
    "prepare_path",
]

LIMIT_PLANS = 64  # past that the oldest goes


class Surroundings(NamedTuple):
    """What a plan depends on besides the profile's own file."""

    env: Mapping[str, str] | None  # ``None``: unknown, so that no variable counts as missing
    root: Path | None  # where bases must be; ``None``: below the profile's folder
    load: Load = load_document
    debug: bool | None = None  # as the command line says it
    pool: str | None = None  # of Celery's worker, likewise
    is_installed: Callable[[str], bool] = is_installed
    is_for_apps: bool = False  # whether apps are made from it


class Loaded(NamedTuple):
    """A plan that can be carried out, with what it was made from."""

    plan: Plan
    policy: Policy
    env: Mapping[str, str]
    warnings: tuple[Diagnostic, ...]

    @property
    def root(self) -> Path:
        """The project's root: the policy file's folder, else the profile's."""
        return self.policy.root or self.plan.profile.file.parent


def build_checked_plan(path: str, around: Surroundings, found: Collector) -> Plan | None:
    """Read, compose, type, plan and check a profile; imports nothing of the project.

    Args:
        path: The file, as shown to the user; relative to the current directory.
        around: Everything else that decides the outcome.
        found: Gets every diagnostic.

    Returns:
        ``None`` if the file is not a profile.
    """
    profile = _type_profile(path, around, found)
    if profile is None:
        return None
    env = around.env or {}
    plan = build_plan(
        profile,
        env,
        found,
        debug=around.debug,
        pool=around.pool,
        is_installed=around.is_installed,
    )
    check_replaced(profile.composed.changes, found)
    all_typed = check_options(plan, found)
    check_patches(plan.patch_calls, found)
    return plan._replace(kept_options=keep_options(all_typed)) if around.is_for_apps else plan


def load_plan(
    profile: str | os.PathLike[str],
    *,
    env: Mapping[str, str] | None = None,
    policy_file: str | None = None,
    debug: bool | None = None,
    pool: str | None = None,
) -> Loaded:
    """Build the plan of a profile that is to run; imports nothing of the project.

    Args:
        profile: The file, relative to the current directory.
        env: Stands in for the environment.
        policy_file: The value of ``--policy``.
        debug: The value of ``--debug``; ``None``: not given.
        pool: The value of Celery's ``--pool``; ``None``: not given.

    Raises:
        ProfileError: with everything that is wrong.
    """
    env = os.environ if env is None else env
    folder, shown = os.getcwd(), os.fspath(profile)  # noqa: PTH109 - for every app
    # A stand-in for the environment is for the profile's values; it does not lift the policy.
    policy = find_policy(os.environ, folder, policy_file)
    key = (folder, shown, policy.path, debug, pool)
    kept = _plans.get(key)
    if kept is None or not kept.is_current(env):
        check_named(shown, policy)
        around = Surroundings(env, policy.root, debug=debug, pool=pool, is_for_apps=True)
        kept = _build_kept(shown, around)
        _plans[key] = kept
        while len(_plans) > LIMIT_PLANS:
            _plans.pop(next(iter(_plans)), None)
    return Loaded(kept.plan, policy, env, kept.warnings)


def load_plan_of_texts(
    profile: str,
    texts: Mapping[str, bytes],
    *,
    policy_file: str | None = None,
    debug: bool | None = None,
) -> Loaded:
    """Build the plan of a profile as it was written before; as `load_plan` else.

    Args:
        profile: The file, relative to the current directory.
        texts: What was in each file of it, by its absolute path; others are read from disk.
        policy_file: The value of ``--policy``.
        debug: The value of ``--debug``; ``None``: not given.

    Raises:
        ProfileError: with everything that is wrong.
    """
    policy = find_policy(os.environ, Path.cwd(), policy_file)
    found = Collector()

    def load(file: Path, path: str, found: Collector) -> MappingNode | None:
        text = texts.get(str(file.absolute()))
        if text is None:
            return load_document(file, path, found)
        return parse_document(text, path, found)

    around = Surroundings(os.environ, policy.root, load, debug)
    plan = build_checked_plan(profile, around, found)
    found.raise_errors()
    if plan is None:
        raise _build_no_profile_error(profile)
    return Loaded(plan, policy, os.environ, tuple(found.found))


def load_profile(
    profile: str | os.PathLike[str],
    *,
    env: Mapping[str, str] | None,
    policy_file: str | None = None,
) -> Profile:
    """Read, compose and type a profile that is only shown; an abstract one is fine.

    Args:
        profile: The file, relative to the current directory.
        env: The environment; ``None`` leaves every ``${…}`` without a default as written.
        policy_file: The value of ``--policy``.

    Raises:
        ProfileError: with everything that is wrong.
    """
    policy = find_policy(os.environ, Path.cwd(), policy_file)
    found = Collector()
    check_named(os.fspath(profile), policy)
    typed = _type_profile(os.fspath(profile), Surroundings(env, policy.root), found)
    found.raise_errors()
    if typed is None:
        raise _build_no_profile_error(os.fspath(profile))
    return typed


def prepare_path(policy: Policy, *folders: Path) -> None:
    """Make the project's modules importable: ``folders``, the policy's ``pythonpath``, its root.

    Changes ``sys.path``; a folder that is already there stays where it is. The root comes last:
    what is installed is not hidden by a folder of its name.
    """
    below = [policy.root / entry for entry in policy.settings.pythonpath] if policy.root else []
    for folder in map(str, reversed([*folders, *below])):
        if folder not in sys.path:
            sys.path.insert(0, folder)
    if policy.root is not None and str(policy.root) not in sys.path:
        sys.path.append(str(policy.root))


class _Kept(NamedTuple):
    """A plan with the questions that it came from and their answers."""

    plan: Plan
    warnings: tuple[Diagnostic, ...]
    variables: Mapping[str, str | None]
    modules: Mapping[str, bool]  # whether each is installed
    files: Mapping[str, State | None]  # as each was before it was read

    def is_current(self, env: Mapping[str, str]) -> bool:
        """Return whether building it again would give the same."""
        for file, state in self.files.items():
            if read_state(file) != state:
                return False
        for name, value in self.variables.items():
            if env.get(name) != value:
                return False
        return all(is_installed(name) is answer for name, answer in self.modules.items())


# One process may create its app hundreds of times. Without this, `create_app` again of 32 modules
# takes a quarter more instructions, 5.8 million; the row `again_modules` of `make bench` shows it.
_plans: dict[Hashable, _Kept] = {}
_documents: FileCache[tuple[MappingNode | None, list[Diagnostic]]] = FileCache()


def _build_kept(shown: str, around: Surroundings) -> _Kept:
    """Build the plan of a profile that is to run, and keep what was asked for it.

    Raises:
        ProfileError: with everything that is wrong.
    """
    env = Recorder(around.env or {})
    modules: dict[str, bool] = {}
    files: dict[str, State | None] = {}
    found = Collector()

    def load(file: Path, path: str, found: Collector) -> MappingNode | None:
        files.setdefault(str(file), read_state(file))
        document, diagnostics = _parse(file, path)
        found.add(*diagnostics)
        return document

    def ask(module: str) -> bool:
        answer = modules[module] = is_installed(module)
        return answer

    around = around._replace(env=env, load=load, is_installed=ask)
    plan = build_checked_plan(shown, around, found)
    if plan is not None and plan.profile.abstract:
        found.add(
            codes.ABSTRACT_PROFILE.at(
                plan.profile.place_of("abstract"),
                "an abstract profile cannot be run",
                hint="Run one that extends it.",
            )
        )
    found.raise_errors()
    if plan is None:
        raise _build_no_profile_error(shown)
    return _Kept(plan, tuple(found.found), env.asked, modules, files)


def _type_profile(path: str, around: Surroundings, found: Collector) -> Profile | None:
    composed = compose_profile(Path(path), found, path=path, root=around.root, load=around.load)
    return None if composed is None else validate_profile(composed, around.env, found)


def check_named(shown: str, policy: Policy) -> None:
    """Refuse the name of a profile where its path is expected, with the path."""
    folder = os.path.relpath((policy.root or Path()) / policy.settings.profiles)
    meant = None if os.path.lexists(shown) else find_profile(shown, folder)
    if meant is not None:
        message, hint = f"no file '{Path(shown).name}' in the folder", f"Write `{meant}`."
        raise ProfileError([codes.FILE_NOT_FOUND.at(Place(shown), message, hint=hint)])


def _build_no_profile_error(shown: str) -> ProfileError:
    hint = "Run `assembler lint` on it."
    return ProfileError([codes.FILE_UNREADABLE.at(Place(shown), "not a profile", hint=hint)])


def _parse(file: Path, path: str) -> tuple[MappingNode | None, list[Diagnostic]]:
    """Return a file's document, parsed once for as long as the file stays the same."""

    def parse() -> tuple[MappingNode | None, list[Diagnostic]]:
        own = Collector()
        return load_document(file, path, own), own.found

    return _documents.get(file, path, parse)
