"""Turn pydantic's errors into diagnostics at the key or value concerned."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.excerpt import shorten
from assembler.diagnostics.suggestion import render_suggestion
from assembler.document.fixes import build_key_rename, build_quotes, build_rename
from assembler.document.nodes import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    find_place,
    is_reference,
    is_reference_key,
)
from assembler.language.remedies import (
    find_key_remedy,
    find_keys,
    find_reason_remedy,
    find_remedy,
    find_variable_remedy,
    iter_fields,
)
from assembler.secrets.known import is_secret_key
from assembler.secrets.masking import mask_written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

    from assembler.diagnostics.diagnostic import Diagnostic

__all__ = [
    "EXPECTED",
    "describe_node",
    "find_stand_in",
    "iter_diagnostics",
    "name_variables",
    "split_words",
]

EXTRA = "extra_forbidden"
EXPECTED = {
    "string_type": "a string",
    "bytes_type": "a string",
    "int_type": "an integer",
    "int_parsing": "an integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "tuple_type": "a list",
}
BOUNDS = (
    ("ge", "{} or more"),
    ("gt", "more than {}"),
    ("le", "{} or less"),
    ("lt", "less than {}"),
)


def iter_diagnostics(
    error: ValidationError,
    root: Node,
    model: type[BaseModel],
    *,
    has_references: bool = True,
    is_resolved: bool = False,
) -> Iterator[Diagnostic]:
    """Yield one diagnostic for each place that is wrong.

    Unknown values are left out: a `${…}` without a value, and ``$…`` mappings. Without
    ``has_references`` each ``$…`` mapping is itself an error. With ``is_resolved`` the values of
    both were checked as well.
    """
    said = set()
    for details in error.errors(include_input=False, include_url=False):
        start = 0 if has_references else 1
        # A key that is not allowed is not, whatever its value.
        location = details["loc"][: -1 if details["type"] == EXTRA else None]
        stand_in = None if is_resolved else find_stand_in(root, location, start)
        if stand_in is None:
            diagnostic = _build_diagnostic(details, root, model)
        elif has_references or isinstance(stand_in, ScalarNode):
            continue
        else:
            diagnostic = _build_misplaced_fault(stand_in)
        # A union gives an error for each of its branches.
        if diagnostic.place not in said:
            said.add(diagnostic.place)
            yield diagnostic


def find_stand_in(root: Node, location: tuple[str | int, ...], start: int = 0) -> Node | None:
    """Return the placeholder of a value that is not known yet, at or above ``location``.

    That is a ``$…`` mapping, or a string that lacks a variable; the first ``start`` levels do not
    count.
    """
    for length in range(start, len(location) + 1):
        _, node = find_place(root, location[:length])
        if is_reference(node) or (isinstance(node, ScalarNode) and node.unknown):
            return node
    return None


def describe_node(node: Node, *, is_secret: bool = False) -> str:
    """Describe what was got, without the text of a secret or of a variable."""
    if isinstance(node, MappingNode):
        return "a mapping" if node.entries else "an empty mapping"
    if isinstance(node, SequenceNode):
        return "a list" if node.items else "an empty list"
    assert isinstance(node, ScalarNode)
    if node.value is None:
        return "nothing"
    kind = {bool: "boolean", int: "integer", float: "number"}.get(type(node.value), "string")
    if not is_secret and node.written is None:
        return f'the {kind} "{shorten(node.text)}"'
    source = "" if node.written is None else _render_source(node.written)
    return f"{'an' if kind == 'integer' else 'a'} {kind}{source}"


def name_variables(found: Diagnostic, node: Node) -> Diagnostic:
    """Return ``found`` with the variables that ``node``, where it is, was made from."""
    if not isinstance(node, ScalarNode) or node.written is None:
        return found
    return replace(found, message=f"{found.message}{_render_source(node.written)}")


def _render_source(written: str) -> str:
    return f" (from {shorten(mask_written(written))})"


def _build_misplaced_fault(reference: Node) -> Diagnostic:
    assert isinstance(reference, MappingNode)
    key, entry = next(item for item in reference.entries.items() if is_reference_key(item[0]))
    return codes.REFERENCE_NOT_HERE.at(
        entry.key.place,
        f"{key} is not allowed here: references go inside `with` and `init`",
        hint="Write the value itself, or `${VARIABLE}` if it depends on the environment.",
    )


def _build_diagnostic(details: ErrorDetails, root: Node, model: type[BaseModel]) -> Diagnostic:
    kind, location = details["type"], details["loc"]
    key = next((part for part in reversed(location) if isinstance(part, str)), None)
    if kind == EXTRA:
        place, _ = find_place(root, location, at_key=True)
        known = find_keys(model, location[:-1])
        hint = find_key_remedy(str(key), location[:-1], model, known)
        _, mapping = find_place(root, location[:-1])
        fix = build_key_rename(mapping, str(key), known)
        return codes.UNKNOWN_KEY.at(place, f'unknown key "{key}"', hint=hint, fix=fix)
    if kind == "missing":
        place, _ = find_place(root, location, at_key=True)
        return codes.MISSING_KEY.at(place, f'the key "{key}" is missing', hint=f"Add `{key}`.")
    place, node = find_place(root, location)
    is_secret = _is_secret(model, location)
    got = describe_node(node, is_secret=is_secret)
    if is_reference(node) and isinstance(node, MappingNode):
        got = f"another type from {next(filter(is_reference_key, node.entries))}"
    if kind in EXPECTED:
        may_show = isinstance(node, ScalarNode) and node.written is None and not is_secret
        text = shorten(node.text) if may_show and isinstance(node, ScalarNode) else None
        hint = find_remedy(EXPECTED[kind], node, location, text)
        message = f"expected {EXPECTED[kind]}, got {got}"
        fix = build_quotes(node) if EXPECTED[kind] == "a string" and got != "nothing" else None
        return codes.WRONG_TYPE.at(place, message, hint=hint, fix=fix)
    if kind == "literal_error":
        expected = details["ctx"]["expected"]
        words = split_words(expected)
        meant = render_suggestion(node.text, words) if isinstance(node, ScalarNode) else None
        return codes.WRONG_VALUE.at(
            place,
            f"expected {expected}, got {got}",
            hint=find_variable_remedy(node, "one of them") or meant or "Write one of them.",
            fix=build_rename(node, words),
        )
    reason = _render_reason(details)
    hint = find_reason_remedy(reason, node)
    return codes.WRONG_VALUE.at(place, f"{reason}, got {got}", hint=hint)


def split_words(expected: str) -> list[str]:
    """Return ``a`` and ``b`` of ``'a' or 'b'``."""
    return [word for word in expected.replace("'", " ").replace(",", " ").split() if word != "or"]


def _render_reason(details: ErrorDetails) -> str:
    context: dict[str, Any] = details.get("ctx", {})
    if "error" in context:  # a ValueError of a validator of ours: its message is written for this
        return str(context["error"])
    if details["type"] in {"string_too_short", "too_short"}:
        return "expected a non-empty value"
    for bound, words in BOUNDS:
        if bound in context:
            return f"expected {words.format(context[bound])}"
    message = details["msg"]
    return (message[:1].lower() + message[1:]).replace("input should be", "expected")


def _is_secret(model: type[BaseModel], location: tuple[str | int, ...]) -> bool:
    """Return whether a key on the way looks secret, or its field is marked as a secret."""
    if any(isinstance(part, str) and is_secret_key(part) for part in location):
        return True
    return any(not field.repr for field in iter_fields(model, location))
