"""Build the fixes of single values, from what is reported and how it is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, get_args

from assembler.diagnostics.diagnostic import Edit, Fix
from assembler.document.fixes import build_quotes, build_replacement
from assembler.document.nodes import MappingNode, ScalarNode
from assembler.document.scalars import parse_scalar
from assembler.language.flags import parse_flag
from assembler.language.shape import ProfileShape, StepShape
from assembler.planning.step_forms import KINDS, find_form
from assembler.secrets.known import is_secret_key

if TYPE_CHECKING:
    from pydantic import BaseModel

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.source_text import KeyPath, SourceText

__all__ = [
    "build_colon_removal",
    "build_interpolation_quotes",
    "build_key_quotes",
    "build_space",
    "build_spaces",
    "build_text_quotes",
    "build_typed_value",
    "build_version_number",
]

KEY = re.compile(r"[\w.+-]+", re.ASCII)
COLON = re.compile(r"[ ]*:")
# What may surround a value that is alone on its line.
BEFORE_VALUE = re.compile(r"(?:[ ]*(?:- +)*(?:[\w.$-]+: +)?|.*[\[{,] *(?:[\w.$-]+: +)?)")
AFTER_VALUE = re.compile(r"[ \t]*(?:$|[ \t]#|[,\]}])")
# Not after a comma: it may be part of a string.
BEFORE_TAB = re.compile(r"[ ]*(?:-[ \t]*)+|.*:[ \t]*")
AFTER_TAB = re.compile(r"[ \t]*(?:#|$)")


def build_typed_value(found: Diagnostic, source: SourceText) -> Fix | None:
    """Write a word such as ``on``, or a number such as ``010``, in the type of its place."""
    path = source.find_key_path(found.place)
    node = None if path is None else _find_node(source, path)
    if path is None or not isinstance(node, ScalarNode):
        return None
    kind = _find_type(source, path)
    if kind is str:
        return build_quotes(node)
    if kind is bool and isinstance(node.value, str):
        try:
            return build_replacement(node, str(parse_flag(node.text)).lower())
        except ValueError:  # neither, which the finding at the value reports
            return None
    return None


def build_text_quotes(found: Diagnostic, source: SourceText) -> Fix | None:
    """Quote a string that other YAML readers take for a number or a date."""
    path = source.find_key_path(found.place)
    node = None if path is None else _find_node(source, path)
    return None if node is None else build_quotes(node)


def build_key_quotes(found: Diagnostic, source: SourceText) -> Fix | None:
    """Quote a key that is a number or a boolean."""
    start, end = source.get_offsets(found.place)
    text = source.text[start:end]
    if KEY.fullmatch(text) is None or parse_scalar(text) is None:
        return None
    return _build_quotes_around(source, start, end, '"')


def build_version_number(found: Diagnostic, source: SourceText) -> Fix | None:
    """Write the version as the whole number that it is."""
    if source.find_key_path(found.place) != ("version",):
        return None
    is_one = source.get_text(found.place) in {"1.0", '"1"', "'1'", '"1.0"', "'1.0'"}
    return Fix("Write 1", (Edit(found.place, "1"),)) if is_one else None


def build_interpolation_quotes(found: Diagnostic, source: SourceText) -> Fix | None:
    """Quote a `${…}` that YAML breaks apart, if it is the whole value."""
    start, end = source.get_offsets(found.place)
    line_start, line = source.lines.get_line(start)
    written = source.text[start:end]
    is_whole = (
        written.startswith("${")
        and written.endswith("}")
        and BEFORE_VALUE.fullmatch(line[: start - line_start]) is not None
        and AFTER_VALUE.match(line, end - line_start) is not None
    )
    # A `#` with a space after it reads like a comment that was meant as one.
    if not is_whole or "\n" in written or "\r" in written or " # " in written:
        return None
    quote = '"' if not re.search(r"[\"\\]", written) else "'"
    if quote in written:
        return None
    return _build_quotes_around(source, start, end, quote)


def build_colon_removal(found: Diagnostic, source: SourceText) -> Fix | None:
    """Remove the colon after a step that is just a name."""
    _, end = source.get_offsets(found.place)
    colon = COLON.match(source.text, end)
    if colon is None:
        return None
    return Fix("Remove the colon", (Edit(source.get_place(end, colon.end()), ""),))


def build_space(found: Diagnostic, source: SourceText) -> Fix | None:
    """Put a space after a colon."""
    start, end = source.get_offsets(found.place)
    if source.text[start:end] != ":":
        return None
    return Fix("Add a space after the colon", (Edit(source.get_place(end, end), " "),))


def build_spaces(found: Diagnostic, source: SourceText) -> Fix | None:
    """Put as many spaces in the place of tabs that separate; those that indent are unclear."""
    start, _ = source.get_offsets(found.place)
    line_start, line = source.lines.get_line(start)
    column = start - line_start
    tabs = re.compile(r"\t+").match(line, column)
    if tabs is None:
        return None
    separates = line[:column].strip() and (
        BEFORE_TAB.fullmatch(line[:column]) or AFTER_TAB.match(line, tabs.end())
    )
    if not separates:
        return None
    edit = Edit(source.get_place(start, line_start + tabs.end()), " " * len(tabs.group()))
    return Fix("Use spaces", (edit,))


def _build_quotes_around(source: SourceText, start: int, end: int, quote: str) -> Fix:
    before, after = source.get_place(start, start), source.get_place(end, end)
    return Fix("Quote it", (Edit(before, quote), Edit(after, quote)))


def _find_node(source: SourceText, path: KeyPath) -> Any:  # noqa: ANN401 - any kind of node
    node: Any = source.root
    for part in path:
        node = node.entries[str(part)].value if isinstance(node, MappingNode) else node.items[part]
    return node


def _find_type(source: SourceText, path: KeyPath) -> type | None:
    """Return ``str`` or ``bool`` where nothing else can be meant at ``path``."""
    match path:
        case (*_, "when", "debug") | (_, int(), "when"):
            return bool
        case (str(key),):
            model: type[BaseModel] | None = ProfileShape
        case (_, int(), str(key)):
            model = StepShape
        case (_, int(), "with", str(key)):
            model = _find_options(source, path)
        case _:
            model, key = None, str(path[-1])
    if model is None:
        return str if is_secret_key(key) else None
    fields = model.model_fields.items()
    field = next((field for name, field in fields if key in (name, field.alias)), None)
    return None if field is None else _get_only_type(field.annotation)


def _find_options(source: SourceText, path: KeyPath) -> type[BaseModel] | None:
    """Return the options model of a step whose `use` is in this file."""
    step = _find_node(source, path[:2])
    use = step.get("use") if isinstance(step, MappingNode) else None
    kind = KINDS.get(str(path[0]))
    form = find_form(kind, use.text) if kind and isinstance(use, ScalarNode) else None
    return None if form is None else form.options


def _get_only_type(annotation: object) -> type | None:
    """Return the type of an annotation that is one, or one or nothing."""
    kinds = [each for each in get_args(annotation) or (annotation,) if each is not type(None)]
    only = kinds[0] if len(kinds) == 1 else None
    if only not in (str, bool) and len(kinds) == 1 and get_args(only):
        return _get_only_type(get_args(only)[0])
    return only if only in (str, bool) else None
