"""Build nodes from the parser's events, and report what YAML itself accepts silently."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from assembler.diagnostics import codes
from assembler.document.anchors import LIMIT_DEPTH, Anchors, UnusableError, render_depth
from assembler.document.misreadings import (
    check_key,
    find_template_name,
    find_trailing_colon,
    is_mapping_meant,
    is_missing_space,
    is_variable,
    render_complex_key,
    render_duplicate,
    render_missing_space,
    render_tag,
)
from assembler.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from assembler.document.scalar_traps import render_scalar_trap
from assembler.document.scalars import READINGS

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Code, Collector

__all__ = ["TreeReader"]

LISTS_DEPTH = 2  # of a list that is the value of a key at the top


class TreeReader:
    """Read one document, each node from the event that begins it.

    `covered` collects the events of quoted and block scalars, keys among them: places where tabs
    and ``#`` are text; `quoted_keys` those of the keys alone.
    """

    __slots__ = (
        "_anchors",
        "_depth",
        "_dollars",
        "_next",
        "covered",
        "end",
        "found",
        "path",
        "quoted_keys",
        "text",
    )

    def __init__(self, text: str, source: bytes, path: str, found: Collector) -> None:
        """Read ``source``, which is ``text`` in UTF-8; ``path`` is what is shown to the user."""
        self.text = text
        self.path = path
        self.found = found
        self.covered: list[ScalarEvent] = []
        self.quoted_keys: list[ScalarEvent] = []
        self.end = len(text)  # where the first document ends
        self._next: Any = CParser(source).get_event
        self._anchors = Anchors(path, found)
        self._depth = 0
        self._dollars = 0  # scalars so far that have one

    def read_document(self) -> Node | None:
        """Return the root of the first document; ``None`` if there is none.

        Raises:
            UnusableError: if a limit is exceeded or an alias has no anchor.
            yaml.YAMLError: for a syntax error.

        """
        self._next()  # the stream starts
        if self._next().__class__ is StreamEndEvent:
            return None
        root = self._read(self._next(), None, None)
        self.end = self._next().start_mark.index  # the document ends
        return root

    # One event is one Python object with attributes of many types; PyYAML has no types for them.
    def _read(self, event: Any, parent: SequenceNode | None, key: ScalarNode | None) -> Node:  # noqa: ANN401 - see above
        """Read the node that ``event`` begins, an item of ``parent`` or the value of ``key``."""
        kind = event.__class__
        if kind is AliasEvent:
            self._dollars += 1  # there may be one
            return self._anchors.read_alias(event, self._depth)
        has_properties = event.tag is not None or event.anchor is not None
        if has_properties:
            if event.tag is not None:
                self.found.add(render_tag(self.path, event, self.text))
            self._anchors.begin(event)
        node: Node
        if kind is ScalarEvent:
            node, trap = self._read_scalar(event)
            if trap is not None:
                self._report_trap(trap, node, parent, key)
        else:
            node = self._read_collection(event, key)
        if has_properties:
            self._anchors.end(event, node)
        return node

    def _read_scalar(self, event: Any) -> tuple[ScalarNode, Code | None]:  # noqa: ANN401 - see above
        """Read a scalar; return it with the code of its trap, if it has one."""
        text = event.value
        if event.style:
            self.covered.append(event)
            value, trap = text, None
        else:
            value, trap = READINGS[text]
        node = ScalarNode(
            self.path, event.start_mark, event.end_mark, text, value, plain=not event.style
        )
        if "$" in text:
            self._dollars += 1
        else:
            node.has_dollar = False
        return node, trap

    def _read_collection(self, event: Any, key: ScalarNode | None) -> Node:  # noqa: ANN401 - see above
        dollars = self._dollars
        self._depth += 1
        if self._depth > LIMIT_DEPTH:
            self.found.add(render_depth(self.path, event))
            raise UnusableError(event.start_mark.index)
        is_mapping = event.__class__ is MappingStartEvent
        node = self._read_mapping(event) if is_mapping else self._read_sequence(event, key)
        node.has_dollar = self._dollars != dollars
        self._depth -= 1
        return node

    def _read_sequence(self, begin: Any, key: ScalarNode | None) -> SequenceNode:  # noqa: ANN401 - see above
        items: list[Node] = []
        node = SequenceNode(self.path, begin.start_mark, begin.end_mark, items)
        while (event := self._next()).__class__ is not SequenceEndEvent:
            item = self._read(event, node, None)
            if isinstance(item, MappingNode) and len(item.entries) == 1:
                item = find_trailing_colon(
                    item, key if self._depth == LISTS_DEPTH else None, self.found
                )
            items.append(item)
        last: Any = event  # mypy takes the class for the type, and the type has no marks
        node.end = last.end_mark
        return node

    def _read_mapping(self, begin: Any) -> Node:  # noqa: ANN401 - see above
        entries: dict[str, Entry] = {}
        variable: str | None = None
        is_known = True  # it is asked for; where its spelling is reported, it need not be set
        node, step = MappingNode(self.path, begin.start_mark, begin.end_mark, entries), self._next
        while (event := step()).__class__ is not MappingEndEvent:
            key = self._read_key(event)
            if not isinstance(key, ScalarNode):
                self._read(step(), None, None)
                variable, is_known = key, False
                continue
            value = self._read(step(), None, key)
            text = key.text
            if text in entries:
                self.found.add(render_duplicate(key, entries[text].key, self.text))
            elif ":" in text and begin.flow_style and is_missing_space(key, value):
                self.found.add(render_missing_space(key))
                # Read on as what was meant, so that nothing else is said of it.
                variable = text if is_variable(key) else None
                word, _, rest = text.partition(":")
                if variable is None and word not in entries:
                    entries[word] = Entry(key, replace(key, text=rest, value=READINGS[rest][0]))
            else:
                entries[text] = Entry(key, value)
        last: Any = event  # mypy takes the class for the type, and the type has no marks
        node.end = last.end_mark
        if variable is not None and not entries:
            self._dollars += 1
            text = f"${{{variable}}}" if is_known else f"{{{{ {variable} }}}}"
            unknown = not is_known
            return ScalarNode(
                self.path, node.start, node.end, text, text, plain=True, unknown=unknown
            )
        return node

    def _read_key(self, event: Any) -> ScalarNode | str | None:  # noqa: ANN401 - see above
        """Read a key; if it is unusable, which is reported, the name of the variable it is."""
        trap: Code | None
        if event.__class__ is ScalarEvent and event.tag is None is event.anchor:
            key, trap = self._read_scalar(event)
        else:
            node = self._read(event, None, None)
            if not isinstance(node, ScalarNode):
                self.found.add(render_complex_key(node))
                return find_template_name(node)
            key, trap = node, READINGS[node.text][1] if node.plain else None
        if not key.plain and event.__class__ is ScalarEvent:
            self.quoted_keys.append(event)
        is_text = key.value.__class__ is str
        return key if is_text and trap is None else check_key(key, trap, self.found)

    def _report_trap(
        self, trap: Code, node: ScalarNode, parent: SequenceNode | None, key: ScalarNode | None
    ) -> None:
        if trap is codes.MISSING_SPACE:
            if is_mapping_meant(node, parent, key):
                self.found.add(render_missing_space(node))
        elif trap is not codes.MERGE_KEY:
            diagnostic = render_scalar_trap(trap, node, self.text)
            if diagnostic is not None:
                self.found.add(diagnostic)
