"""Build the parts of the JSON Schema for values: references, conditions, options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from pydantic.json_schema import GenerateJsonSchema

from assembler.language.flags import FLAG_SCHEMA
from assembler.language.shape import Pool
from assembler.references.reference_forms import (
    IN_APP,
    IN_CONFIG,
    IN_EXTENSIONS,
    IN_PATCHES,
    IN_SERVER,
    NAMES_OBJECT,
    REFERENCES,
)
from assembler.steps.forms import NAMES_CODE

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import CoreSchema

__all__ = [
    "ATTRIBUTE",
    "INTERPOLATED",
    "OBJECT",
    "TEXT",
    "UNSET",
    "Schema",
    "build_options",
    "build_properties",
    "build_value_definitions",
    "close",
    "with_stand_ins",
]

Schema = dict[str, Any]

# The references that are allowed in options, by what holds the options.
PLACES = {
    "app": IN_APP,
    "server": IN_SERVER,
    "worker": IN_SERVER,
    "patch": IN_PATCHES,
    "config": IN_CONFIG,
    "extension": IN_EXTENSIONS,
}
NAME = r"[^\W\d]\w*"
DOTTED = rf"{NAME}(\.{NAME})*"
OBJECT = rf"^{DOTTED}(:({DOTTED})?)?$"
ATTRIBUTE = rf"^{DOTTED}:{DOTTED}$"

TEXT: Schema = {"type": "string"}
INTERPOLATED: Schema = {"$ref": "#/$defs/interpolated"}
UNSET: Schema = {"$ref": "#/$defs/unset"}
FLAG: Schema = {"$ref": "#/$defs/flag"}


class _Generator(GenerateJsonSchema):
    """Accept anything where JSON cannot hold the value, such as a class: a reference gives it."""

    def handle_invalid_for_json_schema(self, schema: CoreSchema, error_info: str) -> Schema:  # noqa: ARG002 - pydantic's form
        return {}


def build_value_definitions() -> Schema:
    """Build the definitions that the rest refers to, for each holder of options."""
    definitions: Schema = {
        "interpolated": {
            "description": "A string with ${VAR}, filled in from the environment.",
            "type": "string",
            "pattern": r"(^|[^$])(\$\$)*\$\{",
        },
        "single": {
            "description": "Exactly one ${…}.",
            "type": "string",
            "pattern": r"^\$\{.*\}$",
        },
        "flag": FLAG_SCHEMA,
        "unset": {
            "description": "Removes what the bases set.",
            **close({"$unset": {"const": True}}),
            "required": ["$unset"],
        },
        "condition": _build_condition("condition", has_config=True),
        "patch_condition": _build_condition("patch_condition", has_config=False),
    }
    for place, allowed in PLACES.items():
        value: Schema = {"$ref": f"#/$defs/{place}_value"}
        references = [_build_reference(key, value) for key in REFERENCES if key in allowed]
        definitions[f"{place}_reference"] = {"anyOf": references} if references else False
        definitions[f"{place}_options"] = {
            "type": "object",
            "propertyNames": {"pattern": r"^(?!\$)"},
            "additionalProperties": value,
        }
        definitions[f"{place}_value"] = {
            "anyOf": [
                {"type": ["string", "number", "boolean", "null"]},
                {"type": "array", "items": value},
                *({"$ref": f"#/$defs/{place}_{form}"} for form in ("options", "reference")),
                UNSET,
            ]
        }
    return definitions


def build_properties(model: type[BaseModel]) -> Schema:
    """Build the schema of each key of a model, without stand-ins for values."""
    properties: Schema = model.model_json_schema(schema_generator=_Generator)["properties"]
    return {key: _tidy(value) for key, value in properties.items()}


def build_options(model: type[BaseModel], place: str, definitions: Schema) -> Schema:
    """Build the schema of a catalogue step's options, none of which is required."""
    schema = model.model_json_schema(schema_generator=_Generator)
    for name, definition in schema.pop("$defs", {}).items():
        definitions[name] = _loosen(_tidy(definition), place)
    tidy = _tidy(schema)
    tidy.pop("required", None)  # an overlay sets only what it changes
    for key, value in tidy.get("properties", {}).items():
        loose = _loosen(value, place)
        if NAMES_CODE.items() <= value.items():  # a string must be an object reference then
            named: Schema = {"if": TEXT, "then": {"pattern": OBJECT}}
            items: Schema = {"if": {"type": "array"}, "then": {"items": named}}
            loose["allOf"] = [named, items]
        tidy["properties"][key] = loose
    if tidy.get("additionalProperties") is True:
        tidy["additionalProperties"] = {"$ref": f"#/$defs/{place}_value"}
        tidy["propertyNames"] = {"pattern": r"^(?!\$)"}
    return {"anyOf": [tidy, {"type": "null"}, UNSET]}


def with_stand_ins(schema: Schema, *stand_ins: Schema) -> Schema:
    """Allow one of ``stand_ins`` in place of the value; the description stays outside."""
    inner = dict(schema)
    outside = {"description": inner.pop("description")} if "description" in inner else {}
    return {**outside, "anyOf": [inner, *stand_ins]}


def close(properties: Schema) -> Schema:
    """Build the schema of a mapping with these keys and no others."""
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _build_reference(key: str, value: Schema) -> Schema:
    named = {"pattern": OBJECT} if key in NAMES_OBJECT else {}
    properties: Schema = {key: {**TEXT, "minLength": 1, **named}}
    if key == "$call":
        properties["args"] = {"type": "array", "items": value}
    if key in {"$argument", "$config"}:
        properties["default"] = value
    if key in {"$call", "$format"}:
        properties["with"] = {"type": "object", "additionalProperties": value}
    return {**close(properties), "required": [key]}


def _build_condition(name: str, *, has_config: bool) -> Schema:
    itself = {"$ref": f"#/$defs/{name}"}
    several = {"type": "array", "items": itself, "minItems": 1}
    flag: Schema = {"anyOf": [FLAG, {"$ref": "#/$defs/single"}]}
    scalar: Schema = {"type": ["string", "number", "boolean", "null"]}
    sides = [scalar]
    asked: Schema = {"$config": {**TEXT, "minLength": 1}, "default": scalar}
    config: Schema = {**close(asked), "required": ["$config"]}
    if has_config:
        sides.append(config)
    forms: dict[str, Schema] = {
        "debug": flag,
        "pool": {"enum": list(get_args(Pool))},
        "installed": {**TEXT, "pattern": f"^{NAME}$"},
        "equals": {"type": "array", "items": {"anyOf": sides}, "minItems": 2, "maxItems": 2},
        "not": itself,
        "all": several,
        "any": several,
    }
    mappings = [{**close({key: value}), "required": [key]} for key, value in forms.items()]
    return {"anyOf": [flag, *mappings, *([config] if has_config else [])]}


def _loosen(schema: Schema, place: str) -> Schema:
    """Allow a string with ``${…}`` or a ``$…`` mapping in place of the value, at every depth."""
    inner = dict(schema)
    if not inner.keys() - {"description", *NAMES_CODE}:
        return {**inner, "$ref": f"#/$defs/{place}_value"}
    if "items" in inner:
        inner["items"] = _loosen(inner["items"], place)
    if "anyOf" in inner:
        inner["anyOf"] = [_loosen(part, place) for part in inner["anyOf"]]
    if isinstance(inner.get("additionalProperties"), dict):
        inner["additionalProperties"] = _loosen(inner["additionalProperties"], place)
    return with_stand_ins(inner, INTERPOLATED, {"$ref": f"#/$defs/{place}_reference"}, UNSET)


def _tidy(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Drop what pydantic adds for Python: titles, and defaults that JSON may not hold."""
    if isinstance(schema, list):
        return [_tidy(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("anyOf") == FLAG_SCHEMA["anyOf"]:
        schema = {key: value for key, value in schema.items() if key != "anyOf"} | FLAG
    return {
        # Below "properties" the keys are the user's: an option may be called `title`.
        key: {name: _tidy(one) for name, one in part.items()}
        if key == "properties"
        else _tidy(part)
        for key, part in schema.items()
        if key not in {"title", "default"}
    }
