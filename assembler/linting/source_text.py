"""Map places of a file that is fixed to offsets in its text."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any

from yaml import YAMLError
from yaml._yaml import CParser
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, StreamEndEvent

from assembler.diagnostics.diagnostic import Collector, Place, Span
from assembler.document.document import UTF8_MARK, parse_document
from assembler.document.lines import LINE_BREAK, Lines
from assembler.document.nodes import MappingNode, Node, ScalarNode, get_children
from assembler.files import LIMIT_BYTES, read_start

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.diagnostics.diagnostic import Fix
    from assembler.linting.targets import Target

__all__ = ["KeyPath", "SourceText", "Texts", "read_texts"]

KeyPath = tuple[str | int, ...]
"""The keys and positions that lead to a node."""
Texts = dict[str, bytes]
"""What files hold, by the path shown."""


class SourceText:
    """One file as it is written; places and offsets count characters, without a byte order mark."""

    def __init__(self, path: str, source: bytes) -> None:
        """Keep ``source``, the bytes of the file that is shown as ``path``.

        Raises:
            UnicodeDecodeError: if they are not UTF-8.
        """
        self.path = path
        self.source = source
        self.mark = UTF8_MARK if source.startswith(UTF8_MARK) else b""
        self.text = source.removeprefix(UTF8_MARK).decode()
        self.lines = Lines(self.text, path)

    @cached_property
    def line_break(self) -> str:
        """The file's own."""
        found = LINE_BREAK.search(self.text)
        return "\n" if found is None else found.group()

    @cached_property
    def root(self) -> MappingNode | None:
        """The document; ``None`` where it cannot be read."""
        return parse_document(self.source, self.path, Collector())

    def get_offsets(self, place: Place) -> tuple[int, int]:
        """Return the offsets at which a place starts and ends."""
        span = place.span
        return self._locate(span.line, span.column), self._locate(span.end_line, span.end_column)

    def get_text(self, place: Place) -> str:
        """Return the text at a place."""
        start, end = self.get_offsets(place)
        return self.text[start:end]

    def get_place(self, start: int, end: int) -> Place:
        """Return the place of the text from ``start`` to before ``end``."""
        return Place(self.path, Span(*self.lines.locate(start), *self.lines.locate(end)))

    def get_line(self, number: int) -> str:
        """Return a line, counted from 1, with its break."""
        starts = self.lines.starts
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end]

    def find_key_path(self, place: Place) -> KeyPath | None:
        """Return the path from the root to the value that is exactly at ``place``."""
        return None if self.root is None else _find_key_path(self.root, place.span, ())

    def is_shared(self, fix: Fix) -> bool:
        """Return whether an edit touches an alias or an anchored value, used elsewhere too."""
        spans = self._shared
        if not spans:
            return False
        edits = [self.get_offsets(edit.place) for edit in fix.edits]
        return any(start <= last and first <= end for first, last in edits for start, end in spans)

    def _locate(self, line: int, column: int) -> int:
        starts = self.lines.starts
        if line > len(starts):
            return len(self.text)
        return min(starts[line - 1] + column - 1, len(self.text))

    @cached_property
    def _shared(self) -> list[tuple[int, int]]:
        """The aliases and the nodes with an anchor, as far as the file can be read."""
        if "&" not in self.text and "*" not in self.text:
            return []
        return list(_iter_shared(self.source.removeprefix(UTF8_MARK), len(self.text)))


def read_texts(targets: Iterable[Target]) -> Texts:
    """Read every file that may be fixed, once even where two paths lead to it."""
    texts: Texts = {}
    known: set[str] = set()
    for one in targets:
        source = one.source
        real = os.path.realpath(one.path)
        if source is None and real not in known:
            known.add(real)
            source = _read(one)
        if source is not None and _is_text(source):
            texts[one.path] = source
    return texts


def _read(target: Target) -> bytes | None:
    try:
        return read_start(target.file, LIMIT_BYTES + 1)
    except (OSError, ValueError):
        return None


def _is_text(source: bytes) -> bool:
    try:
        source.decode()
    except UnicodeDecodeError:
        return False
    return len(source) <= LIMIT_BYTES


# PyYAML's events have no types.
def _iter_shared(source: bytes, length: int) -> Iterator[tuple[int, int]]:
    step: Any = CParser(source).get_event
    open_starts: list[int | None] = []
    try:
        while not isinstance(event := step(), StreamEndEvent):
            start, end = event.start_mark.index, event.end_mark.index
            if isinstance(event, CollectionStartEvent):
                open_starts.append(start if event.anchor is not None else None)
            elif isinstance(event, CollectionEndEvent):
                begun = open_starts.pop()
                if begun is not None:
                    yield begun, end
            elif isinstance(event, AliasEvent) or getattr(event, "anchor", None) is not None:
                yield start, end
    except (YAMLError, ValueError):
        pass
    # What was begun and cannot be read to its end goes on to the end of the file.
    yield from ((start, length) for start in open_starts if start is not None)


def _find_key_path(node: Node, span: Span, path: KeyPath) -> KeyPath | None:
    if isinstance(node, ScalarNode):
        return path if node.place.span == span else None
    for part, child in get_children(node):
        if child.start.line + 1 <= span.line <= child.end.line + 1:
            found = _find_key_path(child, span, (*path, part))
            if found is not None:
                return found
    return None
