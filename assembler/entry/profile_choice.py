"""Choose the profile of a process whose command line does not name one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Collector, Place, ProfileError
from assembler.document.nodes import ScalarNode
from assembler.files import list_profile_names
from assembler.language.composition import compose_profile

if TYPE_CHECKING:
    from assembler.policy import Policy

__all__ = ["VARIABLE", "choose_profile", "find_migrations_profile"]

VARIABLE = "ASSEMBLER_PROFILE"


def choose_profile(default: str | os.PathLike[str] | None) -> str:
    """Return the profile that ``ASSEMBLER_PROFILE`` names, else ``default``.

    Raises:
        ProfileError: if there is neither.
    """
    named = os.environ.get(VARIABLE) or default
    if named is None:
        message = f"the environment variable {VARIABLE} is not set, expected a profile's path"
        hint = f"Set it, as in {VARIABLE}=profiles/web.yaml."
        raise ProfileError([codes.PROFILE_NOT_NAMED.at(Place(VARIABLE), message, hint=hint)])
    return _show(Path(named))


def find_migrations_profile(policy: Policy) -> str:
    """Return the profile that database commands use.

    It is the one that ``migrations`` in [tool.assembler] names, else the only one with the role
    ``migrations`` in the folder of profiles.

    Raises:
        ProfileError: if there is none, or more than one.
    """
    root = policy.root or Path.cwd()
    if policy.settings.migrations is not None:
        return _show(root / policy.settings.migrations)
    folder = root / policy.settings.profiles
    names = [name for name in list_profile_names(folder) if _is_for_migrations(folder / name, root)]
    if len(names) == 1:
        return _show(folder / names[0])
    shown = _show(folder)
    message = f'no profile in "{shown}" has the role migrations, which database commands use'
    if names:
        message = f'{len(names)} profiles in "{shown}" have the role migrations: {", ".join(names)}'
    hint = "Name one as `migrations` in [tool.assembler]."
    raise ProfileError([codes.MIGRATIONS_PROFILE_UNCLEAR.at(Place(shown), message, hint=hint)])


def _show(file: Path) -> str:
    """Return a path as it is shown: relative, if it is below the current directory."""
    is_below = file.is_absolute() and file.is_relative_to(Path.cwd())
    return os.path.relpath(file) if is_below else str(file)


def _is_for_migrations(file: Path, root: Path) -> bool:
    # What is wrong with another profile must not keep the right one from being found.
    composed = compose_profile(file, Collector(), root=root)
    if composed is None:
        return False
    role, abstract = composed.root.get("role"), composed.root.get("abstract")
    is_base = isinstance(abstract, ScalarNode) and abstract.value is True
    return isinstance(role, ScalarNode) and role.text == "migrations" and not is_base
