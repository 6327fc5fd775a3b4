"""Turn pydantic's errors into diagnostics at the key or the value that they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from assembler import codes
from assembler.nodes import Mapping, Node, Scalar, Sequence, find_place, is_reference
from assembler.secrets import is_secret_key
from assembler.suggestion import render_suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from assembler.diagnostics import Diagnostic

__all__ = ["describe_node", "iter_diagnostics"]

EXPECTED = {
    "string_type": "text",
    "int_type": "an integer",
    "int_parsing": "an integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "tuple_type": "a list",
}


def iter_diagnostics(
    error: ValidationError, root: Node, model: type[BaseModel]
) -> Iterator[Diagnostic]:
    """Give one diagnostic for each error that is about what is written, not about a reference.

    A ``$…`` mapping, or a variable that is not set, stands for a value that is not known yet, so
    that what pydantic says of one is left out.
    """
    for details in error.errors(include_input=False, include_url=False):
        if not _is_open(root, details["loc"]):
            yield _build_diagnostic(details, root, model)


def describe_node(node: Node, key: str | None = None) -> str:
    """Say what was got, for a message; a secret-looking key's value is left out."""
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    assert isinstance(node, Scalar)
    if node.value is None:
        return "nothing"
    kind = {bool: "a boolean", int: "an integer", float: "a number"}.get(type(node.value), "text")
    if (key is not None and is_secret_key(key)) or node.written is not None:
        return f"{kind} (from {node.written})" if node.written is not None else kind
    return f'{kind} "{node.text}"'


def _is_open(root: Node, location: tuple[str | int, ...]) -> bool:
    """Tell whether ``location`` leads to or through a value that is not known yet."""
    nodes = (find_place(root, location[:length])[1] for length in range(1, len(location) + 1))
    return any(is_reference(node) or (isinstance(node, Scalar) and node.unknown) for node in nodes)


def _build_diagnostic(details: ErrorDetails, root: Node, model: type[BaseModel]) -> Diagnostic:
    kind, location = details["type"], details["loc"]
    key = next((part for part in reversed(location) if isinstance(part, str)), None)
    if kind == "extra_forbidden":
        place, _ = find_place(root, location, at_key=True)
        known = _find_keys(model, location[:-1])
        hint = render_suggestion(str(key), known, f"The keys here are {', '.join(known)}.")
        return codes.UNKNOWN_KEY.at(place, f'unknown key "{key}"', hint=hint)
    if kind == "missing":
        place, _ = find_place(root, location, at_key=True)
        return codes.MISSING_KEY.at(place, f'the key "{key}" is missing')
    place, node = find_place(root, location)
    got = describe_node(node, key)
    if kind in EXPECTED:
        return codes.WRONG_TYPE.at(place, f"expected {EXPECTED[kind]}, got {got}")
    if kind == "literal_error":
        expected = details["ctx"]["expected"]
        meant = _find_meant_hint(node, expected)
        return codes.WRONG_VALUE.at(place, f"expected {expected}, got {got}", hint=meant)
    return codes.WRONG_VALUE.at(place, f"{_render_reason(details)}, got {got}")


def _find_meant_hint(node: Node, expected: str) -> str | None:
    if not isinstance(node, Scalar):
        return None
    words = [word for word in expected.replace("'", " ").replace(",", " ").split() if word != "or"]
    return render_suggestion(node.text, words)


def _render_reason(details: ErrorDetails) -> str:
    context: dict[str, Any] = details.get("ctx", {})
    if "error" in context:  # a ValueError of a validator of ours: its message is written for this
        return str(context["error"])
    for bound, words in (("ge", "or more"), ("le", "or less")):
        if bound in context:
            return f"expected {context[bound]} {words}"
    message = details["msg"]
    return (message[:1].lower() + message[1:]).replace("input should be", "expected")


def _find_keys(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """Give the keys of the model that ``location`` leads to inside ``model``."""
    current = model
    for part in location:
        field = next(
            (field for name, field in current.model_fields.items() if part in (name, field.alias)),
            None,
        )
        if field is not None:
            current = _find_model(field.annotation) or current
    return [field.alias or name for name, field in current.model_fields.items()]


def _find_model(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _find_model(part))), None)
