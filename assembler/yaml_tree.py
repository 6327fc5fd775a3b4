"""Build nodes from the events of the YAML parser, and say what YAML itself would take silently."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn

from yaml.cyaml import CParser
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from assembler import codes
from assembler.diagnostics import Place, Related, Span
from assembler.nodes import Entry, Mapping, Mark, Node, Scalar, Sequence
from assembler.scalars import STEP_KEYS, read_plain
from assembler.scalar_traps import render_scalar_trap
from assembler.suggestion import render_suggestion

if TYPE_CHECKING:
    from assembler.diagnostics import Code, Collector

__all__ = ["LIMIT_ALIAS_NODES", "LIMIT_DEPTH", "TreeReader", "UnusableError"]

LIMIT_DEPTH = 100
LIMIT_ALIAS_NODES = 10_000
"""How many nodes the aliases of one document may stand for, all together."""

STEP_LISTS = frozenset({"patches", "config", "extensions"})
REFERENCE = re.compile(r"[A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)+", re.ASCII)
WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
MISSING_SPACE_HINT = "Put a space after the colon, or quote the text if it is meant as one."


class UnusableError(Exception):
    """Say that the rest of the document cannot be read; the diagnostic is already collected."""

    def __init__(self, index: int) -> None:
        """Keep where reading stopped."""
        super().__init__(f"reading stopped at {index}")
        self.index = index


class TreeReader:
    """Read one document, each node from the event that begins it.

    `covered` collects the events of quoted and block scalars, keys among them: places where tabs
    and ``#`` are text; `quoted_keys` those of the keys alone.
    """

    __slots__ = (
        "_alias_nodes",
        "_anchors",
        "_depth",
        "_next",
        "covered",
        "end",
        "found",
        "path",
        "quoted_keys",
        "text",
    )

    def __init__(self, text: str, source: bytes, path: str, found: Collector) -> None:
        """Read ``source``, which is ``text`` as UTF-8; ``path`` as it is shown to the user."""
        self.text = text
        self.path = path
        self.found = found
        self.covered: list[ScalarEvent] = []
        self.quoted_keys: list[ScalarEvent] = []
        self.end = len(text)  # where the first document ends
        self._next: Any = CParser(source).get_event
        self._anchors: dict[str, Node | None] = {}  # None: begun, not ended
        self._alias_nodes = 0
        self._depth = 0

    def read_document(self) -> Node | None:
        """Give the root of the first document; ``None`` if there is none.

        Raises:
            UnusableError: if a bound is passed or an alias names nothing.
            yaml.YAMLError: for a syntax error.
        """
        self._next()  # the stream starts
        if self._next().__class__ is StreamEndEvent:
            return None
        root = self._read(self._next(), None, None)
        event = self._next()
        assert event.__class__ is DocumentEndEvent
        self.end = event.start_mark.index
        return root

    def _read(self, event: Any, parent: Sequence | None, key: Scalar | None) -> Node:  # noqa: ANN401 - PyYAML's events
        """Read the node that ``event`` begins: an item of ``parent``, or else the value of ``key``."""
        kind = event.__class__
        if kind is ScalarEvent:
            start, end, text = event.start_mark, event.end_mark, event.value
            if event.style:
                self.covered.append(event)
                node: Node = Scalar(self.path, start, end, text, text, plain=False)
            else:
                value, trap = read_plain(text)
                node = Scalar(self.path, start, end, text, value, plain=True)
                if trap is not None:
                    self._report_value_trap(trap, node, parent, key)
        elif kind is AliasEvent:
            return self._read_alias(event)
        else:
            return self._read_collection(event, key)
        if event.tag is not None:
            self._report_tag(event)
        if event.anchor is not None:
            self._begin_anchor(event)
            self._anchors[event.anchor] = node
        return node

    def _read_collection(self, event: Any, key: Scalar | None) -> Node:  # noqa: ANN401 - PyYAML's events
        if event.tag is not None:
            self._report_tag(event)
        if event.anchor is not None:
            self._begin_anchor(event)
        self._depth += 1
        if self._depth > LIMIT_DEPTH:
            self._refuse_depth(event)
        if event.__class__ is MappingStartEvent:
            node: Node = self._read_mapping(event)
        else:
            node = self._read_sequence(event, key)
        self._depth -= 1
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _read_sequence(self, begin: Any, key: Scalar | None) -> Sequence:  # noqa: ANN401 - PyYAML's events
        items: list[Node] = []
        node = Sequence(self.path, begin.start_mark, begin.end_mark, items)
        while (event := self._next()).__class__ is not SequenceEndEvent:
            item = self._read(event, node, None)
            if item.__class__ is Mapping and len(item.entries) == 1:  # type: ignore[attr-defined]
                item = self._find_trailing_colon(item, key)  # type: ignore[arg-type]
            items.append(item)
        node.end = event.end_mark
        return node

    def _read_mapping(self, begin: Any) -> Mapping:  # noqa: ANN401 - PyYAML's events
        entries: dict[str, Entry] = {}
        node = Mapping(self.path, begin.start_mark, begin.end_mark, entries)
        step = self._next
        while (event := step()).__class__ is not MappingEndEvent:
            key = self._read_key(event)
            value = self._read(step(), None, key)
            if key is None:
                continue
            text = key.text
            if text in entries:
                self._report_duplicate(key, entries[text].key)
            elif ":" in text and begin.flow_style and self._is_missing_space(key, value):
                self._report_missing_space(key)
            else:
                entries[text] = Entry(key, value)
        node.end = event.end_mark
        return node

    def _read_key(self, event: Any) -> Scalar | None:  # noqa: ANN401 - PyYAML's events
        """Read a key; ``None`` for one that cannot be kept, which is reported."""
        if event.__class__ is not ScalarEvent or event.tag is not None or event.anchor is not None:
            return self._read_rare_key(event)
        text = event.value
        if event.style:
            self.covered.append(event)
            self.quoted_keys.append(event)
            return Scalar(self.path, event.start_mark, event.end_mark, text, text, plain=False)
        value, trap = read_plain(text)
        key = Scalar(self.path, event.start_mark, event.end_mark, text, value, plain=True)
        if value.__class__ is not str or trap is not None:
            return self._check_key(key, trap)
        return key

    def _read_rare_key(self, event: Any) -> Scalar | None:  # noqa: ANN401 - PyYAML's events
        node = self._read(event, None, None)
        if isinstance(node, Scalar):
            trap = read_plain(node.text)[1] if node.plain else None
            return self._check_key(node, trap)
        self.found.add(
            codes.KEY_NOT_TEXT.at(
                _place(self.path, event.start_mark, event.end_mark),
                "a key is a list or a mapping, expected a text",
                hint="Write the key as one text.",
            )
        )
        return None

    def _check_key(self, key: Scalar, trap: Code | None) -> Scalar | None:
        if trap is codes.MERGE_KEY:
            self.found.add(
                codes.MERGE_KEY.at(
                    key.place,
                    "merge keys ('<<') are not part of YAML 1.2",
                    hint="Use extends, or repeat the keys.",
                )
            )
            return None
        if not isinstance(key.value, str):
            kind = "empty" if key.text == "" else f"{_kind_of(key.value)}: '{key.text}'"
            self.found.add(
                codes.KEY_NOT_TEXT.at(
                    key.place,
                    f"a key is {kind}, expected a text",
                    hint=f'Quote it: "{key.text}".' if key.text else "Write the key before the colon.",
                )
            )
        return key

    def _begin_anchor(self, event: Any) -> None:  # noqa: ANN401 - PyYAML's events
        if event.anchor in self._anchors:
            self._refuse(codes.YAML_SYNTAX, event, f"anchor '{event.anchor}' is set twice")
        self._anchors[event.anchor] = None

    def _read_alias(self, event: Any) -> Node:  # noqa: ANN401 - PyYAML's events
        name = event.anchor
        if name not in self._anchors:
            hint = render_suggestion(name, self._anchors, "Set the anchor before it, or quote the text.")
            self._refuse(codes.YAML_SYNTAX, event, f"alias '{name}' names no anchor before it", hint)
        node = self._anchors[name]
        if node is None:
            hint = "Write out what the alias is meant to repeat."
            self._refuse(codes.ALIAS_CYCLE, event, f"alias '{name}' stands inside its own anchor", hint)
        if isinstance(node, Scalar):
            self._count_alias_node(event)
            copy = Scalar(self.path, event.start_mark, event.end_mark, node.text, node.value, plain=node.plain)
            return copy
        self._measure(node, event, self._depth)
        return node

    def _measure(self, node: Node, event: Any, depth: int) -> None:  # noqa: ANN401 - PyYAML's events
        """Count what an alias stands for, nested aliases included, against the bounds."""
        self._count_alias_node(event)
        if isinstance(node, Scalar):
            return
        if depth >= LIMIT_DEPTH:
            self._refuse_depth(event)
        items = node.items if isinstance(node, Sequence) else None
        if items is None:
            assert isinstance(node, Mapping)
            items = [entry.value for entry in node.entries.values()]
        for item in items:
            self._measure(item, event, depth + 1)

    def _count_alias_node(self, event: Any) -> None:  # noqa: ANN401 - PyYAML's events
        self._alias_nodes += 1
        if self._alias_nodes > LIMIT_ALIAS_NODES:
            message = f"aliases stand for more than {LIMIT_ALIAS_NODES:,} values, which is the limit"
            self._refuse(codes.ALIAS_BOMB, event, message, "Write the values out where they are needed.")

    def _refuse_depth(self, event: Any) -> NoReturn:  # noqa: ANN401 - PyYAML's events
        message = f"nested deeper than {LIMIT_DEPTH} levels, which is the limit"
        self._refuse(codes.NESTED_TOO_DEEP, event, message, "Flatten the structure.")

    def _refuse(self, code: Code, event: Any, message: str, hint: str | None = None) -> NoReturn:  # noqa: ANN401 - PyYAML's events
        self.found.add(code.at(_place(self.path, event.start_mark, event.end_mark), message, hint=hint))
        raise UnusableError(event.start_mark.index)

    def _report_tag(self, event: Any) -> None:  # noqa: ANN401 - PyYAML's events
        start = event.start_mark
        properties = re.compile(r"(?:&\S+\s+)?(!\S*)").match(self.text, start.index)
        tag = properties.group(1) if properties else event.tag
        shift = properties.start(1) - start.index if properties else 0
        line, column = start.line + 1, start.column + 1 + shift
        self.found.add(
            codes.CUSTOM_TAG.at(
                Place(self.path, Span(line, column, line, column + len(tag))),
                f"tag '{tag}' is not allowed: a profile has no tags",
                hint="Remove the tag; quote the value if it has to stay a text.",
            )
        )

    def _report_duplicate(self, key: Scalar, first: Scalar) -> None:
        self.found.add(
            codes.DUPLICATE_KEY.at(
                key.place,
                f"key '{key.text}' is set twice in one mapping",
                hint="Remove one of the two, or rename it.",
                related=(Related(first.place, "first set here"),),
            )
        )

    def _report_value_trap(
        self, trap: Code, node: Scalar, parent: Sequence | None, key: Scalar | None
    ) -> None:
        if trap is codes.MERGE_KEY:
            return
        if trap is codes.MISSING_SPACE:
            word = node.text.partition(":")[0]
            below = key is not None and node.start.line > key.start.line
            if (parent is not None or below) and (word in STEP_KEYS or word.startswith("$")):
                self._report_missing_space(node)
            elif below and key is not None and key.text in {"app", "server", "with", "init", "when"}:
                self._report_missing_space(node)
            return
        self.found.add(render_scalar_trap(trap, node, self.text))

    def _is_missing_space(self, key: Scalar, value: Node) -> bool:
        return key.plain and isinstance(value, Scalar) and value.plain and value.text == ""

    def _report_missing_space(self, node: Scalar) -> None:
        word = node.text.partition(":")[0]
        line, column = node.start.line + 1, node.start.column + 1 + len(word)
        self.found.add(
            codes.MISSING_SPACE.at(
                Place(self.path, Span(line, column, line, column + 1)),
                f"no space after the colon of '{word}:'",
                hint=MISSING_SPACE_HINT,
            )
        )

    def _find_trailing_colon(self, item: Mapping, list_key: Scalar | None) -> Node:
        """Give the key alone if ``item`` is a step that ends with a colon by mistake."""
        (text, (key, value)), = item.entries.items()
        if not (key.plain and isinstance(value, Scalar) and value.plain and value.text == ""):
            return item
        is_step = list_key is not None and list_key.text in STEP_LISTS and self._depth == 2  # noqa: PLR2004 - a list at the top
        is_name = bool(WORD.fullmatch(text)) and text not in STEP_KEYS
        if not (REFERENCE.fullmatch(text) or (is_step and is_name)):
            return item
        self.found.add(
            codes.TRAILING_COLON.at(
                key.place,
                f"'{text}' ends with a colon, so that it is a key without a value",
                hint=f"Drop the colon: '- {text}'.",
            )
        )
        return key


def _place(path: str, start: Mark, end: Mark) -> Place:
    return Place(path, Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1))


def _kind_of(value: object) -> str:
    if value is None:
        return "null"
    return "a boolean" if isinstance(value, bool) else "a number"
