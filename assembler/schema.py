"""Build the JSON Schema of profiles, for editors and for check-jsonschema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema

from assembler.options import iter_forms
from assembler.profile import AppSpec, Profile, ServerSpec, Step

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import CoreSchema

__all__ = ["build_schema"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

KINDS = {"patches": "patch", "config": "config", "extensions": "extension"}
# Where the environment has no say, and so no `${…}` stands in for the value.
NAMES_CODE = ("version", "name", "role", "extends", "use", "as", "after", "before")
EXTENSIONS_ONLY = ("init", "as", "close", "app_context")
TEXT: Schema = {"type": "string"}
UNSET: Schema = {
    "description": "Removes what the bases set.",
    "type": "object",
    "properties": {"$unset": {"const": True}},
    "required": ["$unset"],
    "additionalProperties": False,
}


class _Generator(GenerateJsonSchema):
    """Take what JSON cannot hold, such as a class, as anything: a reference gives it."""

    def handle_invalid_for_json_schema(self, schema: CoreSchema, error_info: str) -> Schema:  # noqa: ARG002 - pydantic's form
        return {}


def build_schema() -> Schema:
    """Give the schema (draft 2020-12): keys, catalogue steps' options, and all ``$…`` forms."""
    definitions = {
        "interpolated": {
            "description": "A text with ${VAR}, filled in from the environment.",
            "type": "string",
            "pattern": r"\$\{",
        },
        "unset": UNSET,
        "reference": {"anyOf": list(_iter_reference_schemas())},
        "condition": _build_condition(),
    }
    properties = _build_properties(Profile, definitions)
    for key, model in (("app", AppSpec), ("server", ServerSpec)):
        inner = _build_properties(model, definitions)
        inner["with"] = _build_mapping()
        properties[key] = _close(inner)
    for key, kind in KINDS.items():
        definitions[kind] = _build_step(kind, definitions)
        properties[key] = {"type": "array", "items": {"$ref": f"#/$defs/{kind}"}}
    unset = {"$ref": "#/$defs/unset"}
    return {
        "$schema": DIALECT,
        "title": "assembler profile",
        "description": "How to assemble one Flask app for one role.",
        "type": "object",
        "properties": {
            key: {**_take_description(schema), "anyOf": [schema, unset]}
            for key, schema in properties.items()
        },
        "additionalProperties": False,
        # A file that extends nothing must say its version itself.
        "if": {"not": {"required": ["extends"]}},
        "then": {"required": ["version"]},
        "$defs": definitions,
    }


def _build_properties(model: type[BaseModel], definitions: Schema) -> Schema:
    schema = model.model_json_schema(schema_generator=_Generator)
    properties = {}
    for key, value in schema["properties"].items():
        tidy = _tidy(value)
        properties[key] = tidy if key in NAMES_CODE else _loosen(tidy, definitions)
    if "extends" in properties:
        properties["extends"] = {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}
    return properties


def _build_step(kind: str, definitions: Schema) -> Schema:
    properties = _build_properties(Step, definitions)
    if kind != "extension":
        properties = {key: value for key, value in properties.items() if key not in EXTENSIONS_ONLY}
    properties["with"] = properties["init"] = _build_mapping()
    properties["when"] = {"$ref": "#/$defs/condition"}
    if kind != "extension":
        del properties["init"]
    names = [form.name for form_kind, form in iter_forms() if form_kind == kind]
    use = {"anyOf": [{"enum": names}, {"type": "string", "pattern": "[.:]"}]}
    properties["use"] = use
    options = [
        {
            "if": {"properties": {"use": {"const": form.name}}, "required": ["use"]},
            "then": {"properties": {"with": _build_options(form.options, definitions)}},
        }
        for form_kind, form in iter_forms()
        if form_kind == kind and form.options is not None
    ]
    return {"anyOf": [use, {**_close(properties), "allOf": options}]}


def _build_options(model: type[BaseModel], definitions: Schema) -> Schema:
    schema = model.model_json_schema(schema_generator=_Generator)
    for name, definition in schema.pop("$defs", {}).items():
        definitions[name] = _loosen(_tidy(definition), definitions)
    tidy = _tidy(schema)
    tidy.pop("required", None)  # an overlay says only what it changes
    tidy["properties"] = {
        key: _loosen(value, definitions) for key, value in tidy.get("properties", {}).items()
    }
    return {"anyOf": [tidy, {"type": "null"}]}


def _loosen(schema: Schema, definitions: Schema) -> Schema:
    """Let a ``${…}`` text or a ``$…`` mapping stand in for the value, at every depth."""
    inner = dict(schema)
    if "items" in inner:
        inner["items"] = _loosen(inner["items"], definitions)
    if isinstance(inner.get("additionalProperties"), dict):
        inner["additionalProperties"] = _loosen(inner["additionalProperties"], definitions)
    stand_ins = ("interpolated", "reference", "unset")
    return {
        **_take_description(inner),
        "anyOf": [inner, *({"$ref": f"#/$defs/{name}"} for name in stand_ins)],
    }


def _iter_reference_schemas() -> list[Schema]:
    anything: Schema = {"type": "object"}
    forms: list[Schema] = [{f"${key}": TEXT} for key in ("import", "step", "config", "app", "file")]
    forms += [
        {"$call": TEXT, "args": {"type": "array"}, "with": anything},
        {"$format": TEXT, "with": anything},
    ]
    return [{**_close(form), "required": [next(iter(form))]} for form in forms]


def _build_condition() -> Schema:
    itself = {"$ref": "#/$defs/condition"}
    several = {"type": "array", "items": itself, "minItems": 1}
    flag = {"anyOf": [{"type": "boolean"}, {"$ref": "#/$defs/interpolated"}]}
    forms: dict[str, Schema] = {
        "$config": TEXT,
        "debug": flag,
        "installed": TEXT,
        "equals": {"type": "array", "minItems": 2, "maxItems": 2},
        "not": itself,
        "all": several,
        "any": several,
    }
    mappings = [{**_close({key: value}), "required": [key]} for key, value in forms.items()]
    return {"anyOf": [flag, {"$ref": "#/$defs/unset"}, *mappings]}


def _build_mapping() -> Schema:
    return {"description": "Options.", "type": ["object", "null"]}


def _close(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _take_description(schema: Schema) -> Schema:
    return {"description": schema.pop("description")} if "description" in schema else {}


def _tidy(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Drop what pydantic adds for Python's sake: titles, and defaults that JSON may not hold."""
    if isinstance(schema, list):
        return [_tidy(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("properties"), dict):
        properties = {key: _tidy(value) for key, value in schema["properties"].items()}
        return {
            **_tidy({k: v for k, v in schema.items() if k != "properties"}),
            "properties": properties,
        }
    return {key: _tidy(value) for key, value in schema.items() if key not in {"title", "default"}}
