"""Say what a key may hold, in the words of the reference, from its JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.language.flags import FLAG_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

__all__ = ["describe_keys"]

ANY = "object"
NAMES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "mapping",
    "array": "list",
}
PLURALS = {"text": "texts", "whole number": "whole numbers", "number": "numbers"}
PLURALS |= {"mapping": "mappings", "list": "lists"}
FLAG = "true or false"  # or one of its words
# What the schema of the shape leaves to code.
OWN = {
    "version": "`1`",
    "extends": "text or list of texts",
    "bind": "text or list of texts",
    "when": "condition",
    "patches": "list of steps",
    "config": "list of steps",
    "extensions": "list of steps",
}
_, FLAG_WORDS = FLAG_SCHEMA["anyOf"]
SHAPES = frozenset({"ProfileShape", "ServerShape", "StepShape"})
Schema = dict[str, Any]


def describe_keys(model: type[BaseModel]) -> dict[str, str]:
    """Return by key, as profiles have it, what may be there."""
    schema = model.model_json_schema(by_alias=True)
    definitions: Mapping[str, Schema] = schema.get("$defs", {})
    own = OWN if model.__name__ in SHAPES else {}
    return {
        key: own.get(key) or _describe(one, definitions)
        for key, one in schema.get("properties", {}).items()
    }


def _describe(schema: Schema, definitions: Mapping[str, Schema]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _describe(definitions[name], definitions)
    for key in ("anyOf", "oneOf"):
        if key in schema:
            parts = [_describe(one, definitions) for one in schema[key] if one != {"type": "null"}]
            return " or ".join(dict.fromkeys(part for part in parts if part))
    if schema == FLAG_WORDS:
        return FLAG
    values = schema.get("enum") or [schema[key] for key in ("const",) if key in schema]
    if values:
        return ", ".join(f"`{str(value).lower() if value is False else value}`" for value in values)
    return _describe_kind(schema, definitions)


def _describe_kind(schema: Schema, definitions: Mapping[str, Schema]) -> str:
    kind = schema.get("type")
    if kind == "array":
        items = _describe(schema.get("items") or {}, definitions)
        return "list" if items == ANY else f"list of {PLURALS.get(items, items)}"
    if kind == "object":
        values = _describe(_get_values(schema), definitions)
        return "mapping" if values == ANY else f"mapping to {PLURALS.get(values, values)}"
    return f"{NAMES.get(str(kind), ANY)}{_render_limits(schema)}"


def _get_values(schema: Schema) -> Schema:
    values = schema.get("additionalProperties")
    return values if isinstance(values, dict) else {}


def _render_limits(schema: Schema) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    said = [f"from {least}"] * (least is not None) + [f"above {above}"] * (above is not None)
    said += [f"to {most}"] * (most is not None) + [f"below {below}"] * (below is not None)
    if schema.get("minLength"):
        return ", not empty"
    return f" {' '.join(said)}" if said else ""
