"""Read the files of a run, and check each by itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.diagnostics.diagnostic import Collector
from assembler.document.document import parse_document, read_source
from assembler.document.nodes import MappingNode, ScalarNode, SequenceNode
from assembler.files import list_profile_names
from assembler.linting.facts.lint_facts import FileFacts
from assembler.linting.silence import parse_silences
from assembler.linting.targets import iter_profile_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.rules.form import Rule
    from assembler.linting.silence import Silences
    from assembler.linting.targets import Target

__all__ = ["ProfileFiles"]


class ProfileFiles:
    """The files of a run: their contents, their ignore comments, and which extends which.

    A base is parsed once, however many profiles extend it. Of the other files only the ignore
    comments are kept, since there may be many.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Keep the rules that check a file by itself."""
        self._checks = [rule.check_file for rule in rules if rule.check_file is not None]
        self.silences: dict[str, Silences] = {}
        self._sources: dict[str, bytes] = {}  # contents that are not on disk
        self._bases: dict[str, tuple[MappingNode | None, list[Diagnostic]]] = {}

    def start(self, targets: Iterable[Target]) -> None:
        """Forget the run before."""
        self.silences = {}
        self._bases.clear()
        self._sources = {one.path: one.source for one in targets if one.source is not None}

    def read(self, path: str, found: Collector | None = None) -> bytes | None:
        """Return the contents of a file; ``None`` if it cannot be read, which is reported."""
        source = self._sources.get(path)
        return read_source(Path(path), path, found or Collector()) if source is None else source

    def load(self, profile: str, file: Path, path: str, found: Collector) -> MappingNode | None:
        """Parse a file of ``profile``: that file, or a base of it."""
        if path == profile:
            return self._parse(file, path, found)
        if path not in self._bases:
            own = Collector()
            self._bases[path] = (self._parse(file, path, own), own.found)
        root, diagnostics = self._bases[path]
        found.add(*diagnostics)
        return root

    def is_silenced(self, found: Diagnostic) -> bool:
        """Return whether a comment silences ``found``, and record that it did."""
        silences = self.silences.get(found.place.path)
        return silences is not None and silences.covers(found)

    def find_children(self, paths: Iterable[str], profiles: Path, root: Path | None) -> list[str]:
        """Return the other profiles that extend one of ``paths``, directly or not.

        They are searched for in the folder of each: including everything below it if it is inside
        ``root``, the folder of the policy file, and in all of ``profiles``, the folder of the
        project's profiles, if it is inside that.
        """
        known = dict.fromkeys(paths)
        candidates = [
            (path, bases)
            for path in _iter_beside(known, os.path.realpath(profiles), root)
            if path not in known and (bases := self._find_bases(path))
        ]
        if not candidates:
            return []
        reached = {os.path.realpath(path) for path in known}
        children: dict[str, None] = {}
        grown = True
        while grown:
            grown = False
            for path, bases in candidates:
                if path not in children and bases & reached:
                    children[path] = None
                    reached.add(os.path.realpath(path))
                    grown = True
        return list(children)

    def _parse(self, file: Path, path: str, found: Collector) -> MappingNode | None:
        source = self.read(path, found)
        if source is None:
            return None
        root = parse_document(source, path, found)
        if path not in self.silences:
            silences = parse_silences(source, path, root)
            if silences is not None:
                self.silences[path] = silences
        if root is not None:
            facts = FileFacts(path, file, source, root)
            for check in self._checks:
                found.add(*check(facts))
        return root

    def _find_bases(self, path: str) -> set[str]:
        """Return the files that a profile extends; empty where it does not, or cannot be read."""
        source = self.read(path)
        if source is None or b"extends" not in source:
            return set()
        root = parse_document(source, path, Collector())
        extends = None if root is None else root.get("extends")
        items = extends.items if isinstance(extends, SequenceNode) else [extends]
        folder = Path(path).parent
        texts = [
            item.text for item in items if isinstance(item, ScalarNode) and "\0" not in item.text
        ]
        return {os.path.realpath(folder / text) for text in texts}


def _iter_beside(paths: Iterable[str], profiles: str, root: Path | None) -> Iterator[str]:
    """Yield the profiles, as shown, that may extend one of ``paths``."""
    whole: dict[str, None] = {}  # folders to search with everything below them
    for folder in dict.fromkeys(os.path.dirname(path) for path in paths):  # noqa: PTH120 - text in, text out
        real = os.path.realpath(folder)
        if _is_inside(real, profiles):
            widened = os.path.join(folder, os.path.relpath(profiles, real))  # noqa: PTH118 - the same
            whole[os.path.normpath(widened)] = None
        elif root is not None and _is_inside(real, os.path.realpath(root)):
            whole[folder or "."] = None
        else:  # below it may be anything, as below a home folder
            for name in list_profile_names(folder or "."):
                yield os.path.join(folder, name)  # noqa: PTH118 - the same
    for folder in whole:
        yield from iter_profile_files(folder)


def _is_inside(folder: str, outer: str) -> bool:
    return folder == outer or folder.startswith(os.path.join(outer, ""))  # noqa: PTH118 - the same
