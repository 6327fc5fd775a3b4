"""Know which bases a run has seen extended, and whether it has seen all that could extend one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.document.nodes import ScalarNode, SequenceNode
from assembler.files import is_file
from assembler.linting.targets import iter_profile_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assembler.diagnostics.diagnostic import Place
    from assembler.document.nodes import MappingNode
    from assembler.policy import Policy

__all__ = ["ExtendedBases"]


class ExtendedBases:
    """The bases that the files of one run extend."""

    def __init__(self) -> None:
        """Start with none."""
        self._paths: set[str] = set()
        self._is_all_read = True
        self._extended: set[str] | None = None  # those paths, once they are all known
        self._whole: dict[Path, bool] = {}

    def absorb(self, other: ExtendedBases) -> None:
        """Add what further files of the run extend."""
        self._paths |= other._paths
        self._is_all_read &= other._is_all_read

    def note(self, path: str, root: MappingNode | None) -> None:
        """Keep what a file extends; ``root`` is ``None`` where it could not be read."""
        if root is None:
            self._is_all_read = False
            return
        extends = root.get("extends")
        if extends is None:
            return
        folder = os.path.dirname(path)  # noqa: PTH120 - text in, text out, for each file of a run
        for item in extends.items if isinstance(extends, SequenceNode) else [extends]:
            if isinstance(item, ScalarNode):
                self._paths.add(os.path.join(folder, item.text))  # noqa: PTH118 - the same

    def find_unused(
        self,
        abstract: Mapping[str, Place],
        seen: Iterable[str],
        policy: Policy,
        *,
        is_alone: bool,
    ) -> dict[str, Place]:
        """Give those of ``abstract``, by real path, that no file extends.

        Gives none where a file that was not looked at may do so.

        Args:
            abstract: The abstract profiles of one folder, and where they say so.
            seen: Every file that was named in this run.
            policy: Says where the profiles are.
            is_alone: Whether the folder has nothing else: what extends its bases is elsewhere.
        """
        if not abstract or not self._is_all_read:
            return {}
        if self._extended is None:
            self._extended = {os.path.realpath(path) for path in self._paths if "\0" not in path}
        if not all(map(is_file, self._extended)):  # one that is misspelled may be any of them
            return {}
        unused = {path: place for path, place in abstract.items() if path not in self._extended}
        if not unused:
            return {}
        folder = Path(next(iter(unused))).parent
        profiles = Path(os.path.realpath((policy.root or Path.cwd()) / policy.settings.profiles))
        is_inside = folder.is_relative_to(profiles)
        if is_alone and not is_inside:
            return {}
        return unused if self._has_seen(profiles if is_inside else folder, seen) else {}

    def _has_seen(self, folder: Path, seen: Iterable[str]) -> bool:
        """Tell whether every profile below ``folder`` was looked at."""
        if folder not in self._whole:
            known = {os.path.realpath(path) for path in seen}
            files = iter_profile_files(str(folder))
            self._whole[folder] = all(os.path.realpath(path) in known for path in files)
        return self._whole[folder]
