"""Compose a profile and its bases into one document, each value with its place."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Collector
from assembler.diagnostics.suggestion import render_suggestion
from assembler.document.document import load_document
from assembler.document.nodes import MappingNode, Node, ScalarNode, SequenceNode, to_plain
from assembler.files import list_profile_names
from assembler.language.interpolation import check_interpolation_places
from assembler.language.merging import drop_unset, merge_profiles
from assembler.language.merging_steps import Changes
from assembler.language.strangers import find_stranger

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembler.diagnostics.diagnostic import Code

    Load = Callable[[Path, str, Collector], MappingNode | None]

__all__ = ["Composed", "compose_profile"]

# Kubernetes turns this link of a mounted folder when it exchanges all of its files at once.
DATA = "..data"
LIMIT_READS = 5  # of a folder that is exchanged each time, which nothing does
NOT_INHERITED = ("name", "description", "abstract", "extends")


@dataclass(frozen=True, eq=False, repr=False)
class Composed:
    """A profile merged with its bases, before interpolation."""

    file: Path  # absolute
    path: str  # as shown to the user
    root: MappingNode
    files: dict[str, Path]  # every file it is made of, by its shown path, itself last
    own: MappingNode  # what the profile's own file says
    base: MappingNode | None = None  # its merged bases; ``None``: it extends nothing
    changes: Changes = field(default_factory=Changes)  # what overlays did to steps of their bases

    @cached_property
    def digest(self) -> str:
        """Return ``sha256:…`` of the composed profile: the same for every environment."""
        import hashlib  # noqa: PLC0415 - linting has no need of it, and starts as fast as it can
        import json  # noqa: PLC0415 - as above

        text = json.dumps(to_plain(self.root), sort_keys=True, ensure_ascii=False)
        return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def get_folder(self, node: Node) -> Path:
        """Return the folder of the file that says ``node``: relative paths start there."""
        return self.files.get(node.path, self.file).parent


def compose_profile(
    file: Path,
    found: Collector,
    *,
    path: str | None = None,
    root: Path | None = None,
    load: Load = load_document,
) -> Composed | None:
    """Load ``file`` and all that it extends, and merge them.

    Args:
        file: The profile.
        found: Gets every diagnostic, of every file.
        path: The path that is shown to the user; default: ``file``.
        root: The folder that must contain all bases; default: the profile's own.
        load: Reads one document, from the file system by default.

    Returns:
        ``None`` if a file is unusable.
    """
    file = file.absolute()
    shown = path if path is not None else str(file)
    layers = _load_layers(file, shown, root or file.parent, load)
    found.add(*layers.found.found)
    if layers.broken or not layers.documents:
        return None
    base: MappingNode | None = None
    changes = Changes()
    for _, document in layers.documents[:-1]:
        layer = document.without(NOT_INHERITED)
        base = _merge(base, layer, found, changes)
    own = layers.documents[-1][1]
    composed = _merge(base, own, found, changes)
    return Composed(
        file=file,
        path=shown,
        root=composed.without(("extends",)),
        files={document.path: file for file, document in layers.documents},
        own=own,
        base=base,
        changes=changes,
    )


def _merge(
    base: MappingNode | None, layer: MappingNode, found: Collector, changes: Changes
) -> MappingNode:
    if base is None:
        return drop_unset(layer, found)
    return merge_profiles(base, layer, found, changes)


def _load_layers(file: Path, shown: str, root: Path, load: Load) -> _Layers:
    """Load a profile and its bases; again, if what they are read from was exchanged meanwhile."""
    for _ in range(LIMIT_READS):
        layers = _Layers(folder=root, found=Collector(), load=load)
        layers.add(file, shown, ())
        if not layers.is_mixed:
            break
    return layers


@dataclass(eq=False, repr=False)
class _Layers:
    """The documents of a profile, bases first; a base that is reached twice counts once."""

    folder: Path  # that bases must be inside of
    found: Collector
    load: Load

    def __post_init__(self) -> None:
        self.documents: list[tuple[Path, MappingNode]] = []
        self.broken = False
        self._seen: set[Path] = set()  # the bases, resolved
        self._mounts: dict[Path, str] = {}  # what was behind each folder before it was read

    @cached_property
    def root(self) -> Path:
        """The folder with links resolved, needed only for bases."""
        return self.folder.resolve()

    @property
    def is_mixed(self) -> bool:
        """Whether a folder that was read has been exchanged, so that files may not fit."""
        if len(self.documents) == 1:  # it fits itself
            return False
        return any(_find_mounted(folder) != was for folder, was in self._mounts.items())

    def add(self, file: Path, path: str, chain: tuple[Path, ...]) -> None:
        self._mounts.setdefault(file.parent, _find_mounted(file.parent))
        document = self.load(file, path, self.found)
        if document is None:
            self.broken = True
            return
        stranger = find_stranger(document)
        if stranger is not None:
            self.broken = True
            self.found.add(stranger)
            return
        check_interpolation_places(document, self.found)
        bases = self._iter_bases(document)
        if bases:
            chain = (*chain, file.resolve())
            for base in bases:
                self._add_base(base, file, path, chain)
        self.documents.append((file, document))

    def _add_base(self, base: ScalarNode, file: Path, path: str, chain: tuple[Path, ...]) -> None:
        target = file.parent / base.text
        shown = os.path.normpath(Path(path).parent / base.text)
        try:
            identity = target.resolve()
            is_there, is_file = target.exists(), target.is_file()
        except (OSError, ValueError, RuntimeError):  # too long, a null character, a loop of links
            identity, is_there, is_file = target, False, False
        if identity in chain:
            self._refuse(
                codes.EXTENDS_CYCLE,
                base,
                f'"{base.text}" extends itself through {path}',
                "Remove one `extends` to break the cycle.",
            )
        elif not (identity.is_relative_to(self.root) or _is_sibling(target, identity, file.parent)):
            self._refuse(
                codes.EXTENDS_OUTSIDE_ROOT,
                base,
                f'the base "{base.text}" is outside the project\'s root',
                "Move the base into the root or beside this file, or move the policy file to a "
                "folder above both.",
            )
        elif not is_file:
            state = "is not a file" if is_there else "does not exist"
            message = f'the base "{base.text}" {state}'
            hint = _suggest(target, chain)
            self._refuse(codes.EXTENDS_MISSING, base, message, hint)
        elif identity not in self._seen:
            self._seen.add(identity)
            self.add(target, shown, chain)

    def _refuse(self, code: Code, base: Node, message: str, hint: str | None) -> None:
        self.broken = True
        self.found.add(code.at(base.place, message, hint=hint))

    def _iter_bases(self, document: MappingNode) -> list[ScalarNode]:
        extends = document.get("extends")
        if extends is None:
            return []
        items = extends.items if isinstance(extends, SequenceNode) else [extends]
        bases = []
        for item in items:
            if isinstance(item, ScalarNode) and "${" in item.text:
                self.broken = True  # which is reported where the places of `${…}` are checked
            elif isinstance(item, ScalarNode) and isinstance(item.value, str) and item.text.strip():
                bases.append(item)
            else:
                message = "expected the path of a base, or a list of them"
                hint = "Write a path relative to this file, or remove `extends`."
                self._refuse(codes.WRONG_TYPE, item, message, hint)
        return bases


def _is_sibling(target: Path, resolved: Path, folder: Path) -> bool:
    """Return whether a base is in ``folder`` as it is written, and below it with links followed.

    Below, since each file of a Kubernetes mount is a link into a folder beside it.
    """
    is_written_there = Path(os.path.normpath(target)).parent == Path(os.path.normpath(folder))
    return is_written_there and resolved.is_relative_to(folder.resolve())


def _find_mounted(folder: Path) -> str:
    """Return what the files of a Kubernetes mount are read from: it changes with all of them."""
    return os.path.realpath(os.path.join(folder, DATA))  # noqa: PTH118 - for every profile


def _suggest(missing: Path, chain: tuple[Path, ...]) -> str | None:
    """Return the hint for a missing base; profiles that extend it are not suggested."""
    names = (name for name in list_profile_names(missing.parent) if name != missing.name)
    known = [name for name in names if Path(os.path.realpath(missing.parent / name)) not in chain]
    suffixed = [name for name in known if name.startswith(f"{missing.name}.")]
    if suffixed:
        return f"Did you mean '{suffixed[0]}'?"
    return render_suggestion(missing.name, known, "Write a path relative to this file.")
