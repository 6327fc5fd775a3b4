"""Compose a profile of its bases and overlays: one document, in which every value keeps its place."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assembler import codes
from assembler.diagnostics import Code, Collector
from assembler.document import load_document
from assembler.interpolation import check_interpolation_places
from assembler.merging import drop_unset, merge_profiles
from assembler.nodes import Mapping, Scalar, Sequence, to_plain

if TYPE_CHECKING:
    from collections.abc import Callable

    Load = Callable[[Path, str, Collector], Mapping | None]

__all__ = ["Composed", "compose_profile"]

NOT_INHERITED = ("name", "description", "abstract", "extends")


@dataclass(frozen=True, slots=True)
class Composed:
    """A profile with its bases folded in, before interpolation."""

    file: Path  # absolute
    path: str  # as shown to the user
    root: Mapping
    files: dict[str, Path]  # every file it is made of, by its shown path, itself last

    @property
    def digest(self) -> str:
        """Give ``sha256:…`` of the composed profile: the same for every environment."""
        text = json.dumps(to_plain(self.root), sort_keys=True, ensure_ascii=False)
        return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def compose_profile(
    file: Path,
    found: Collector,
    *,
    path: str | None = None,
    root: Path | None = None,
    load: Load = load_document,
) -> Composed | None:
    """Load ``file`` and all that it extends, and fold them into one.

    Args:
        file: The profile.
        found: Gets every diagnostic, of every file.
        path: How the file is shown to the user; the file itself if it is left out.
        root: The folder that bases must be inside of; the profile's own if it is left out.
        load: Reads one document; another one than the default serves text from memory.

    Returns:
        ``None`` where a file could not be used at all.
    """
    file = file.absolute()
    layers = _Layers(root=(root or file.parent).resolve(), found=found, load=load)
    layers.add(file, path if path is not None else str(file), ())
    if layers.broken or not layers.documents:
        return None
    composed = layers.documents[0][1]
    for position, (_, document) in enumerate(layers.documents):
        is_base = position + 1 < len(layers.documents)
        layer = _without(document, NOT_INHERITED) if is_base else document
        composed = merge_profiles(composed, layer, found) if position else drop_unset(layer, found)
    return Composed(
        file=file,
        path=path if path is not None else str(file),
        root=_without(composed, ("extends",)),
        files={document.path: base for base, document in layers.documents},
    )


@dataclass
class _Layers:
    """The documents of a profile, bases first; a base that is reached twice counts once."""

    root: Path
    found: Collector
    load: Load

    def __post_init__(self) -> None:
        self.documents: list[tuple[Path, Mapping]] = []
        self.broken = False
        self._seen: set[Path] = set()

    def add(self, file: Path, path: str, chain: tuple[Path, ...]) -> None:
        identity = file.resolve()
        if identity in self._seen:
            return
        self._seen.add(identity)
        document = self.load(file, path, self.found)
        if document is None:
            self.broken = True
            return
        check_interpolation_places(document, self.found)
        for base in self._iter_bases(document):
            self._add_base(base, file, path, (*chain, identity))
        self.documents.append((file, document))

    def _add_base(self, base: Scalar, file: Path, path: str, chain: tuple[Path, ...]) -> None:
        target = file.parent / base.text
        shown = os.path.normpath(Path(path).parent / base.text)
        identity = target.resolve()
        if identity in chain:
            self._refuse(
                codes.EXTENDS_CYCLE, base, f'"{base.text}" extends itself, by way of {path}'
            )
        elif not identity.is_relative_to(self.root):
            self._refuse(
                codes.EXTENDS_OUTSIDE_ROOT,
                base,
                f'the base "{base.text}" is outside the project\'s root',
                hint="Move the base below the root, or put the policy file's folder above both.",
            )
        elif not target.exists():
            self._refuse(
                codes.EXTENDS_MISSING,
                base,
                f'the base "{base.text}" does not exist',
                hint="Give a path relative to this file.",
            )
        else:
            self.add(target, shown, chain)

    def _refuse(self, code: Code, base: Scalar, message: str, hint: str | None = None) -> None:
        self.broken = True
        self.found.add(code.at(base.place, message, hint=hint))

    def _iter_bases(self, document: Mapping) -> list[Scalar]:
        extends = document.get("extends")
        if extends is None:
            return []
        items = extends.items if isinstance(extends, Sequence) else [extends]
        bases = [item for item in items if isinstance(item, Scalar) and isinstance(item.value, str)]
        for item in items:
            if item not in bases:
                self.broken = True
                self.found.add(
                    codes.WRONG_TYPE.at(
                        item.place, "expected the path of a base, or a list of them"
                    )
                )
        return bases


def _without(document: Mapping, keys: tuple[str, ...]) -> Mapping:
    entries = {key: entry for key, entry in document.entries.items() if key not in keys}
    return Mapping(document.path, document.start, document.end, entries)
