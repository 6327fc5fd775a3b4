"""Find out whether the linter was started where nothing of the project can be imported."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.faults import StepFault
from assembler.references.reference import parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.linting.facts.named_objects import ResolvedObject
    from assembler.linting.facts.profile_view import ProfileView

__all__ = ["MissingProject", "find_missing_project"]


class MissingProject(NamedTuple):
    """That none of the modules that a profile names of its project is found."""

    modules: tuple[str, ...]  # their packages
    root: Path | None  # the folder above the profile that has one of them


def find_missing_project(
    view: ProfileView, resolved: Iterable[ResolvedObject]
) -> MissingProject | None:
    """Return what is missing if the linter runs elsewhere than in the profile's project.

    It does if one of the packages is above the profile, or if the profile is neither below the
    current directory nor below the policy's root.
    """
    names = set(_iter_modules(resolved))
    packages = {name.partition(".")[0] for name in names}
    missing = sorted(one for one in packages if view.modules.find_module(one) is None)
    if not missing or any(map(view.modules.is_project_module, names)):
        return None
    file = Path(os.path.normpath(view.profile.file))
    root = next((folder for folder in file.parents if _has_any(folder, missing, file)), None)
    here = [Path.cwd(), *filter(None, [view.policy.root])]
    if root is None and any(map(file.is_relative_to, here)):
        return None
    return MissingProject(tuple(missing), root)


def _iter_modules(resolved: Iterable[ResolvedObject]) -> Iterator[str]:
    for one in resolved:
        try:
            yield parse_reference(one.named.text).module
        except StepFault:  # reported where its form is checked
            continue


def _has_any(folder: Path, packages: list[str], file: Path) -> bool:
    """Return whether ``folder`` has one of the packages, and not just the checkout of ``file``."""
    return any(
        (folder / f"{one}.py").is_file()
        or (folder / one / "__init__.py").is_file()
        or ((folder / one).is_dir() and not file.is_relative_to(folder / one))
        for one in packages
    )
