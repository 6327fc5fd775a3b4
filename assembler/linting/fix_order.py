"""Fix the order of steps: move a step's lines, with the comments above them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.diagnostic import Edit, Fix
from assembler.document.nodes import MappingNode, ScalarNode, SequenceNode, iter_scalars
from assembler.language.merging_steps import get_step_name
from assembler.steps.catalog import find_earlier
from assembler.steps.patches import get_patch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assembler.diagnostics.diagnostic import Diagnostic, Place
    from assembler.document.nodes import Node
    from assembler.linting.source_text import SourceText

__all__ = ["build_patch_move", "build_step_move"]

DASH = re.compile(r"(?P<indent>[ ]*)- *")
COMMENT = re.compile(r"(?P<indent>[ \t]*)#")
KEEPS_BLANK_LINES = re.compile(r"[|>][1-9]?\+")


class _Block(NamedTuple):
    """The lines of one item, from 1, the end exclusive."""

    start: int  # of the comments above it
    end: int


def build_step_move(found: Diagnostic, source: SourceText) -> Fix | None:
    """Move a step after the last that must come before it, or before the first after it."""
    for key in ("config", "extensions"):
        items = _get_items(source, key)
        index = _find_item(items, found.place)
        related = found.related[0].place if found.related else None
        if index is None or related is None or _find_item(items, related) is None:
            continue
        names = [_get_name(item) for item in items]
        step = items[index]
        if _is_inside(found.place, step.get("before") if isinstance(step, MappingNode) else None):
            wanted = _find_positions(_get_texts(step, "before"), names)
            return _build_move(source, key, index, min(wanted)) if wanted else None
        wanted = _find_positions(_get_texts(step, "after"), names)
        uses = [_get_use(item) or "" for item in items]
        wanted += _find_positions(find_earlier(uses).get(_get_use(step) or "", ()), uses)
        return _build_move(source, key, index, max(wanted) + 1) if wanted else None
    return None


def build_patch_move(found: Diagnostic, source: SourceText) -> Fix | None:
    """Move a patch to the top, or right after the last that it needs."""
    items = _get_items(source, "patches")
    index = _find_item(items, found.place)
    if index is None:
        return None
    names = [_get_use(item) for item in items]
    try:
        patch = get_patch(names[index] or "")
    except KeyError:
        return None
    if patch.first:
        return _build_move(source, "patches", index, 0)
    wanted = _find_positions(patch.needs, names)
    return _build_move(source, "patches", index, max(wanted) + 1) if wanted else None


def _build_move(source: SourceText, key: str, index: int, target: int) -> Fix | None:
    """Move an item to before the one at ``target``, and the blank lines between along with it."""
    blocks = _find_blocks(source, key)
    if blocks is None or target in (index, index + 1):
        return None
    block = blocks[index]
    lines = _get_lines(source, block)
    if target > index:  # down: the lines up to the next item move with it
        after = blocks[index + 1].start
        gap, cut = _get_lines(source, _Block(block.end, after)), _Block(block.start, after)
        place, text = blocks[target - 1].end, [*gap, *lines]
    else:
        before = blocks[index - 1].end
        gap, cut = _get_lines(source, _Block(before, block.start)), _Block(before, block.end)
        place, text = blocks[target].start, [*lines, *gap]
    edits = (
        _build_cut(source, cut, is_last=index == len(blocks) - 1),
        _build_paste(source, place, text),
    )
    return Fix("Move the step", edits)


def _build_cut(source: SourceText, cut: _Block, *, is_last: bool) -> Edit:
    starts = [*source.lines.starts, len(source.text)]
    start, end = starts[cut.start - 1], starts[min(cut.end, len(starts)) - 1]
    if is_last and not source.text[:end].endswith(("\n", "\r")):
        # The file goes on to end without a line break.
        start = len(source.text[:start].rstrip("\r\n"))
    return Edit(source.get_place(start, end), "")


def _build_paste(source: SourceText, line: int, lines: list[str]) -> Edit:
    starts = [*source.lines.starts, len(source.text)]
    start = starts[min(line, len(starts)) - 1]
    text = "".join(
        each if each.endswith(("\n", "\r")) else each + source.line_break for each in lines
    )
    before = source.text[:start]
    if before and not before.endswith(("\n", "\r")):
        text = source.line_break + text.rstrip("\r\n")
    return Edit(source.get_place(start, start), text)


def _find_blocks(source: SourceText, key: str) -> list[_Block] | None:
    """Return the lines of each item of a list; ``None`` unless each begins on its own line."""
    assert source.root is not None
    entry = source.root.entries[key]
    sequence = entry.value
    assert isinstance(sequence, SequenceNode)
    dashes = [_find_dash(source, item) for item in sequence.items]
    numbers = [number for number, _ in filter(None, dashes)]
    indents = {indent for _, indent in filter(None, dashes)}
    if None in dashes or len(indents) != 1 or len(set(numbers)) != len(numbers):
        return None
    indent = indents.pop()
    _, end = source.get_offsets(sequence.place)
    is_open = end == len(source.text) and sequence.end.column > 0  # the file ends within its line
    stop = sequence.end.line + (2 if is_open else 1)
    above = [entry.key.start.line + 1, *numbers[:-1]]
    starts = [
        _find_start(source, number, line, indent)
        for number, line in zip(numbers, above, strict=True)
    ]
    blocks = [
        _Block(start, _find_end(source, number, limit, indent))
        for start, number, limit in zip(starts, numbers, [*starts[1:], stop], strict=True)
    ]
    text = "".join(_get_lines(source, _Block(blocks[0].start, blocks[-1].end)))
    is_plain = KEEPS_BLANK_LINES.search(text) is None and not _has_wrapped_quotes(source, sequence)
    return blocks if is_plain else None


def _find_dash(source: SourceText, item: Node) -> tuple[int, int] | None:
    """Return the line of an item's dash and its indentation, if the item begins on that line."""
    number, column = item.start.line + 1, item.start.column
    dash = DASH.fullmatch(source.get_line(number)[:column])
    return None if dash is None else (number, len(dash["indent"]))


def _find_start(source: SourceText, number: int, above: int, indent: int) -> int:
    """Return the first line of the comments right above a dash, that are not of the item before."""
    while number - 1 > above and _is_comment(source.get_line(number - 1), indent):
        number -= 1
    return number


def _find_end(source: SourceText, number: int, limit: int, indent: int) -> int:
    """Return the line after the last that is an item's own, comments indented deeper among them."""
    end = number + 1
    for line in range(number + 1, limit):
        text = source.get_line(line)
        if text.strip() and not _is_comment(text, indent):
            end = line + 1
    return end


def _is_comment(line: str, indent: int) -> bool:
    comment = COMMENT.match(line)
    return comment is not None and len(comment["indent"]) <= indent


def _has_wrapped_quotes(source: SourceText, sequence: SequenceNode) -> bool:
    """Return whether a quoted string spans lines, so that these cannot be told from comments."""
    wrapped = [
        each
        for each in iter_scalars(sequence)
        if not each.plain and each.start.line != each.end.line
    ]
    return any(source.get_text(each.place)[0] in "\"'" for each in wrapped)


def _get_lines(source: SourceText, block: _Block) -> list[str]:
    return [source.get_line(number) for number in range(block.start, block.end)]


def _get_items(source: SourceText, key: str) -> list[Node]:
    node = None if source.root is None else source.root.get(key)
    return node.items if isinstance(node, SequenceNode) else []


def _find_item(items: list[Node], place: Place) -> int | None:
    return next((index for index, item in enumerate(items) if _is_inside(place, item)), None)


def _is_inside(place: Place, node: Node | None) -> bool:
    if node is None:
        return False
    outer = node.place
    starts, ends = place.span[:2], place.span[2:]
    return place.path == outer.path and outer.span[:2] <= starts and ends <= outer.span[2:]


def _get_name(item: Node) -> str | None:
    return item.text if isinstance(item, ScalarNode) else get_step_name(item)


def _get_use(item: Node) -> str | None:
    use = item.get("use") if isinstance(item, MappingNode) else item
    return use.text if isinstance(use, ScalarNode) else None


def _get_texts(step: Node, key: str) -> list[str]:
    names = step.get(key) if isinstance(step, MappingNode) else None
    items = names.items if isinstance(names, SequenceNode) else []
    return [item.text for item in items if isinstance(item, ScalarNode)]


def _find_positions(wanted: Iterable[str], names: Sequence[str | None]) -> list[int]:
    return [names.index(name) for name in wanted if name in names]
