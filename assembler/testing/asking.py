"""Say what a test asks for: which profile, and what is laid over it."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import pytest

from assembler.files import find_profile
from assembler.planning.loading import load_plan
from assembler.policy import find_policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.planning.loading import Loaded

__all__ = ["Asked", "find_path", "get_profile", "load_asked_plan"]

NAMING = (
    "Name one with --assembler-profile, the setting assembler_profile, or @pytest.mark.profiles."
)
DATABASES = ("keep", "savepoint")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a test asks for; its fields but the first are the marker's arguments."""

    profile: str
    config: object | None = None
    arguments: Mapping[str, object] | None = None
    env: Mapping[str, str] | None = None
    patches: Any = "apply"
    database: str | None = None  # ``None``: as the setting says

    @classmethod
    def build(cls, profile: str, config: Mapping[str, Any], given: Mapping[str, Any]) -> Asked:
        """Put together what a test gives; a mapping of config is laid over ``config``."""
        known = [field.name for field in fields(cls)][1:]
        unknown = [name for name in given if name not in known]
        if unknown:
            pytest.fail(f"unknown argument '{unknown[0]}'. Use {', '.join(known)}.", pytrace=False)
        own = given.get("config")
        if config and (own is None or isinstance(own, dict)):
            given = {**given, "config": {**config, **(own or {})}}
        return cls(profile, **given)

    def has_savepoint(self, config: pytest.Config) -> bool:
        """Return whether the database is rolled back after the test."""
        chosen = self.database or config.getini("assembler_database")
        if chosen not in DATABASES:
            message = f"expected the database to be one of {', '.join(DATABASES)}, got '{chosen}'"
            pytest.fail(message, pytrace=False)
        return bool(chosen == "savepoint")


def get_profile(item: pytest.Item) -> str:
    """Return the profile of a test: its parameter, the command line's, or the setting."""
    spec = getattr(item, "callspec", None)
    given = None if spec is None else spec.params.get("assembled_profile")
    option = item.config.getoption("assembler_profile")
    return str(given or option or item.config.getini("assembler_profile"))


def find_path(config: pytest.Config, profile: str) -> str:
    """Return the path of a profile that is named by a path, or by its name in the folder."""
    root = config.rootpath
    policy = find_policy(os.environ, root)
    folder = (policy.root or root) / policy.settings.profiles
    found = find_profile(profile, str(root), str(folder))
    if found is None and profile.isidentifier():
        where = os.path.relpath(folder, root)
        pytest.fail(f"no profile is called '{profile}' in {where}. {NAMING}", pytrace=False)
    return os.path.relpath(found or root / profile)


def load_asked_plan(config: pytest.Config, asked: Asked) -> Loaded:
    """Load the plan of what a test asks for.

    Raises:
        ProfileError: with everything that is wrong.
    """
    return load_plan(find_path(config, asked.profile), env=asked.env)
