"""Keep typed profiles, as long as neither their files nor the variables they read have changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.language.profile import Profile
    from assembler.planning.plan import Decision, Plan

    Build = Callable[[Mapping[str, str]], "Typed"]

__all__ = ["ProfileCache", "Typed"]

LIMIT_PROFILES = 64  # past that the oldest goes


@dataclass(slots=True)
class Typed:
    """A typed profile, with what was to be said of it."""

    profile: Profile
    diagnostics: tuple[Diagnostic, ...]
    is_unchanged: Callable[[], bool]  # tells whether its files are what they were
    _variables: dict[str, str | None] = field(default_factory=dict)
    _faultless: tuple[Decision, ...] | None = None

    def find_faults(self, plan: Plan, find: Callable[[Plan], list[Diagnostic]]) -> list[Diagnostic]:
        """Give what ``find`` finds in the options of a plan of this profile.

        Where that is nothing it is not asked again, as long as the same steps run.
        """
        decisions = tuple(planned.decision for planned in plan.steps)
        if decisions == self._faultless:
            return []
        found = find(plan)
        self._faultless = None if found else decisions
        return found

    def is_current(self, env: Mapping[str, str]) -> bool:
        """Tell whether building it anew would give the same."""
        variables = self._variables.items()
        return all(env.get(name) == value for name, value in variables) and self.is_unchanged()

    def keep_variables(self, variables: dict[str, str | None]) -> None:
        """Remember what it read of the environment; ``None``: there was no such variable."""
        self._variables = variables


class _Recorder(Mapping[str, str]):
    """An environment that remembers what was asked of it."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.asked: dict[str, str | None] = {}

    def __getitem__(self, name: str) -> str:
        value = self.asked[name] = self._env.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._env)

    def __len__(self) -> int:
        return len(self._env)

    def __bool__(self) -> bool:
        return True  # an empty one is asked, too


class ProfileCache:
    """Build a typed profile again only once it would come out otherwise."""

    def __init__(self) -> None:
        """Start empty."""
        self._entries: dict[Hashable, Typed] = {}

    def get(self, key: Hashable, env: Mapping[str, str], build: Build) -> Typed:
        """Give the typed profile that ``key`` stands for, or build it.

        Args:
            key: What tells this profile from others.
            env: The environment.
            build: Builds it in an environment; what it raises is not kept.
        """
        known = self._entries.get(key)
        if known is not None and known.is_current(env):
            return known
        recorder = _Recorder(env)
        typed = build(recorder)
        typed.keep_variables(recorder.asked)
        self._entries[key] = typed
        while len(self._entries) > LIMIT_PROFILES:
            self._entries.pop(next(iter(self._entries)), None)
        return typed
