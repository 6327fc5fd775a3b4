"""Find where YAML reads something else than its author meant."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, Related
from assembler.document.nodes import (
    STEP_LISTS,
    Entry,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
)
from assembler.document.scalars import STEP_KEYS, WORD_AND_COLON

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Code, Collector, Diagnostic

__all__ = [
    "ORPHAN_HINT",
    "check_key",
    "find_template_name",
    "find_trailing_colon",
    "is_mapping_meant",
    "is_missing_space",
    "is_orphaned",
    "is_variable",
    "render_complex_key",
    "render_dash",
    "render_duplicate",
    "render_missing_space",
    "render_tag",
]

LIST_KEYS = frozenset({*STEP_LISTS, "after", "before", "extends", "bind"})
MAPPING_KEYS = frozenset({"app", "server", "worker", "with", "init", "when"})
REFERENCE = r"(?a)[A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)+"
OFF = frozenset({"~", "null", "false", "no", "off"})
COMMENTED_ITEM = r"\s*#\s*-\s"
LIMIT_LOOK_BACK = 1000  # characters
ORPHAN_HINT = "Comment out the rest of the step as well, or restore its first line."
VARIABLE = r"(?a)[A-Z_][A-Z0-9_]*(?=:[-?])"
WORD = r"(?a)[A-Za-z_]\w*"
OF_OTHER_READERS = {
    codes.BOOLEAN_WORD: "a boolean to other parsers",
    codes.SEXAGESIMAL: "a number to other parsers",
    codes.AMBIGUOUS_NUMBER: "a number to other parsers",
    codes.DATE_TEXT: "a date to other parsers",
}
TAG = re.compile(r"(?:&[^\s,\[\]{}]+[ ]+)?(![^\s,\[\]{}]*)")


def check_key(key: ScalarNode, trap: Code | None, found: Collector) -> ScalarNode | None:
    """Return the key, or ``None`` for a merge key; report it if it is not a string."""
    if trap is codes.MERGE_KEY:
        message = "merge keys ('<<') are not part of YAML 1.2"
        hint = "Use `extends`, or repeat the keys."
        found.add(codes.MERGE_KEY.at(key.place, message, hint=hint))
        return None
    if not isinstance(key.value, str):
        hint = f'Quote it: "{key.text}".' if key.text else "Write the key before the colon."
        message = f"a key is {_describe_key(key)}, expected a string"
        found.add(codes.KEY_NOT_TEXT.at(key.place, message, hint=hint))
    elif trap is not None and trap in OF_OTHER_READERS:
        message = f"the key '{key.text}' is a string in YAML 1.2, but {OF_OTHER_READERS[trap]}"
        found.add(trap.at(key.place, message, hint=f'Quote it: "{key.text}".'))
    return key


def find_trailing_colon(item: MappingNode, list_key: ScalarNode | None, found: Collector) -> Node:
    """Return ``item``, or what it uses if it is a step with a colon, or a space, too many.

    ``list_key`` is the key of its list, if that is at the top level of the profile.
    """
    ((text, (key, value)),) = item.entries.items()
    has_options, is_off = isinstance(value, MappingNode), _is_off(value)
    is_step = list_key is not None and list_key.text in STEP_LISTS
    reference = None if is_off or not is_step else _find_reference(key, value)
    if reference is not None:
        message = f"the space after the colon of '{text}: …' makes it a key"
        hint = f"Drop the space: '- {reference}'."
        found.add(codes.UNKNOWN_KEY.at(key.place, message, hint=hint))
        return replace(key, text=reference, value=reference)
    if not key.plain or not (has_options or is_off or _is_empty(value)):
        return item
    is_name = re.fullmatch(WORD, text) is not None and text not in STEP_KEYS
    is_reference = re.fullmatch(REFERENCE, text) is not None
    if is_off:
        return _read_off(item, key, found) if is_step and (is_name or is_reference) else item
    if not (is_step and (is_name or is_reference)) and (has_options or not is_reference):
        return item
    if has_options:
        message = f"'{text}' is what the step uses, not one of its keys"
        hint = f"Write '- use: {text}', with its options under `with`."
        found.add(codes.UNKNOWN_KEY.at(key.place, message, hint=hint))
        return key
    message = f"'{text}' ends with a colon, which makes it a key without a value"
    hint = f"Drop the colon: '- {text}'."
    found.add(codes.TRAILING_COLON.at(key.place, message, hint=hint))
    return key


def _find_reference(key: ScalarNode, value: Node) -> str | None:
    """Return the reference of which a space has made a key and its value, if that is so."""
    if not (isinstance(value, ScalarNode) and isinstance(value.value, str)):
        return None
    text = f"{key.text}:{value.text}"
    is_meant = key.plain and value.plain and "." in key.text and re.fullmatch(REFERENCE, text)
    return text if is_meant else None


def _read_off(item: MappingNode, key: ScalarNode, found: Collector) -> Node:
    """Report a step that is turned off as other tools do it, and return it as it was meant."""
    message = f"'{key.text}' is the name of a step, not one of its keys"
    hint = f"Write '- {{name: {key.text}, when: false}}' to turn the step off."
    found.add(codes.UNKNOWN_KEY.at(key.place, message, hint=hint))
    name, when = (replace(key, text=word, value=word) for word in ("name", "when"))
    off = replace(key, text="false", value=False)
    return replace(item, entries={"name": Entry(name, key), "when": Entry(when, off)})


def is_missing_space(key: ScalarNode, value: Node) -> bool:
    """Return whether a key of ``{…}`` that has a colon in it is a key and its value."""
    return key.plain and _is_empty(value) and WORD_AND_COLON.match(key.text) is not None


def is_variable(key: ScalarNode) -> bool:
    """Return whether a key of ``{…}`` looks like a variable with its default."""
    return key.plain and re.match(VARIABLE, key.text) is not None


def is_mapping_meant(node: ScalarNode, parent: SequenceNode | None, key: ScalarNode | None) -> bool:
    """Return whether a mapping belongs where ``node`` is: a word, a colon and more.

    Or a list, if it is a dash and more.
    """
    word = node.text.partition(":")[0]
    is_below = key is not None and node.start.line > key.start.line
    if word.startswith("-"):
        return key is not None and is_below and key.text in LIST_KEYS
    if (parent is not None or is_below) and (word in STEP_KEYS or word.startswith("$")):
        return True
    return key is not None and is_below and key.text in MAPPING_KEYS


def render_missing_space(node: ScalarNode) -> Diagnostic:
    """Build the diagnostic at the colon of ``node``, or at the dash that it starts with."""
    if node.text.startswith("-"):
        return render_dash(_get_character(node, 0), node.text)
    word = node.text.partition(":")[0]
    if is_variable(node):
        return codes.MALFORMED_INTERPOLATION.at(
            node.place,
            f"'{{{word}:…}}' is a mapping, not a variable: a dollar sign is missing",
            hint=f"Write `${{{node.text[: len(word) + 2]}…}}`.",
        )
    return codes.MISSING_SPACE.at(
        _get_character(node, len(word)),
        f"no space after the colon of '{word}:'",
        hint="Add a space after the colon, or quote the value if it is a string.",
    )


def _get_character(node: Node, offset: int) -> Place:
    line, column = node.start.line + 1, node.start.column + 1 + offset
    return Place.in_line(node.path, line, column, column + 1)


def render_dash(place: Place, text: str) -> Diagnostic:
    """Build the diagnostic for the dash, at ``place``, that ``text`` starts with."""
    message = f"no space after the dash of '{text.split(maxsplit=1)[0]}'"
    hint = "Add a space after the dash, or quote the value if it is a string."
    return codes.MISSING_SPACE.at(place, message, hint=hint)


def render_complex_key(node: Node) -> Diagnostic:
    """Build the diagnostic for a key that is a list or a mapping."""
    kind = "a list" if isinstance(node, SequenceNode) else "a mapping"
    message = f"a key is {kind}, expected a string"
    name = find_template_name(node)
    hint = "Write the key as a string." if name is None else f"For a variable, write `${{{name}}}`."
    return codes.KEY_NOT_TEXT.at(node.place, message, hint=hint)


def find_template_name(node: Node) -> str | None:
    """Return the name of a variable that is written as `{{ NAME }}`; ``node`` is what it is in."""
    if not isinstance(node, MappingNode) or len(node.entries) != 1:
        return None
    ((name, entry),) = node.entries.items()
    return name if re.fullmatch(WORD, name) and _is_empty(entry.value) else None


def is_orphaned(text: str, index: int) -> bool:
    """Return whether the comments right above the line of ``index`` hold the start of an item."""
    *above, _ = text[max(0, index - LIMIT_LOOK_BACK) : index].splitlines() or [""]
    comments = takewhile(lambda line: line.lstrip().startswith("#"), reversed(above))
    return any(re.match(COMMENTED_ITEM, line) for line in comments)


def render_duplicate(key: ScalarNode, first: ScalarNode, text: str) -> Diagnostic:
    """Build the diagnostic for ``key``, which ``first`` already sets."""
    start: Any = key.start  # PyYAML's mark has an index
    if key.text in STEP_KEYS and is_orphaned(text, start.index):
        return codes.DUPLICATE_KEY.at(
            key.place,
            f"the step above gets a second '{key.text}': that of the step that is commented out",
            hint=ORPHAN_HINT,
            related=(Related(first.place, "first set here"),),
        )
    return codes.DUPLICATE_KEY.at(
        key.place,
        f"key '{key.text}' is set twice in one mapping",
        hint="Remove one of the two, or rename it.",
        related=(Related(first.place, "first set here"),),
    )


def render_tag(path: str, event: Any, text: str) -> Diagnostic:  # noqa: ANN401 - PyYAML's events have no types
    """Build the diagnostic for the tag of the node that ``event`` begins."""
    start = event.start_mark
    written = TAG.match(text, start.index)
    tag = written[1] if written else "!"
    column = start.column + 1 + (written.start(1) - start.index if written else 0)
    return codes.CUSTOM_TAG.at(
        Place.in_line(path, start.line + 1, column, column + len(tag)),
        f"tag '{tag}' is not allowed: profiles have no tags",
        hint="Remove the tag; quote the value if it must stay a string.",
    )


def _is_off(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.plain and node.text.lower() in OFF


def _is_empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.plain and node.text == ""


def _describe_key(key: ScalarNode) -> str:
    if not key.text:
        return "empty"
    if key.value is None:
        return f"null ('{key.text}')"
    kind = "boolean" if isinstance(key.value, bool) else "number"
    return f"the {kind} '{key.text}'"
