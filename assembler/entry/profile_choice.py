"""Choose the profile of a process whose command line does not name one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Collector, Place, ProfileError
from assembler.document.nodes import ScalarNode
from assembler.language.composition import compose_profile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.policy import Policy

__all__ = ["VARIABLE", "choose_profile", "find_migrations_profile", "show_path"]

VARIABLE = "ASSEMBLER_PROFILE"


def choose_profile(default: str | os.PathLike[str] | None) -> str:
    """Give the profile that ``ASSEMBLER_PROFILE`` names, else ``default``.

    Raises:
        ProfileError: if there is neither.
    """
    named = os.environ.get(VARIABLE) or default
    if named is None:
        message = f"the environment variable {VARIABLE} is not set, expected a profile's path"
        hint = f"Set it, as in {VARIABLE}=profiles/web.yaml."
        raise ProfileError([codes.PROFILE_NOT_NAMED.at(Place(VARIABLE), message, hint=hint)])
    return show_path(Path(named))


def find_migrations_profile(policy: Policy) -> str:
    """Give the profile that database commands use.

    It is the one that ``migrations`` in [tool.assembler] names, else the only one with the role
    ``migrations`` in the folder of profiles.

    Raises:
        ProfileError: if there is none, or more than one.
    """
    root = policy.root or Path.cwd()
    if policy.settings.migrations is not None:
        return show_path(root / policy.settings.migrations)
    folder = root / policy.settings.profiles
    found = list(_iter_with_role(folder, root, "migrations"))
    if len(found) == 1:
        return show_path(found[0])
    shown = show_path(folder)
    message = f'no profile in "{shown}" has the role migrations, which database commands use'
    if found:
        names = ", ".join(file.name for file in found)
        message = f'{len(found)} profiles in "{shown}" have the role migrations: {names}'
    hint = "Name one as `migrations` in [tool.assembler]."
    raise ProfileError([codes.MIGRATIONS_PROFILE_UNCLEAR.at(Place(shown), message, hint=hint)])


def show_path(file: Path) -> str:
    """Give a path as it is shown: relative, if it is below the current directory."""
    return (
        os.path.relpath(file)
        if file.is_absolute() and file.is_relative_to(Path.cwd())
        else str(file)
    )


def _iter_with_role(folder: Path, root: Path, role: str) -> Iterator[Path]:
    for file in sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"))):
        # What is wrong with the other profiles is not to keep this one from being found.
        composed = compose_profile(file, Collector(), root=root)
        if composed is None:
            continue
        written, abstract = composed.root.get("role"), composed.root.get("abstract")
        is_base = isinstance(abstract, ScalarNode) and abstract.value is True
        if isinstance(written, ScalarNode) and written.text == role and not is_base:
            yield file
