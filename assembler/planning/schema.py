"""Build the JSON Schema of profiles, for editors and check-jsonschema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.language.shape import (
    LATEST_VERSION,
    AppShape,
    ProbationShape,
    ProfileShape,
    ServerShape,
    StepShape,
    WorkerShape,
)
from assembler.planning.schema_values import (
    ATTRIBUTE,
    INTERPOLATED,
    OBJECT,
    TEXT,
    UNSET,
    Schema,
    build_options,
    build_properties,
    build_value_definitions,
    close,
    with_stand_ins,
)
from assembler.planning.step_forms import KINDS, iter_forms
from assembler.steps.adapters import ADAPTER_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.language.model import Model
    from assembler.steps.forms import Options

__all__ = ["build_schema"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
IDENTITY = f"urn:flask-assembler:profile:{LATEST_VERSION}"
# Keys without `${…}`, and keys whose own schema says what is allowed.
LITERAL = ("version", "name", "role", "extends", "use", "as", "after", "before", "close")
STRUCTURED = (
    *("app", "server", "worker", "patches", "config", "extensions", "with", "init", "when"),
)
NOT_UNSET = ("version", "extends")
EMPTY_WHERE_NULL = (
    *("app", "server", "worker", "patches", "config", "extensions", "after", "before"),
)
EXTENSIONS_ONLY = ("init", "as", "close", "app_context")
OBJECTS_ONLY = ("init", "as", "close")
PARTS: dict[str, type[Model]] = {"app": AppShape, "server": ServerShape, "worker": WorkerShape}
NULL: Schema = {"type": "null"}
ABSTRACT: Schema = {"properties": {"abstract": {"not": {"const": False}}}, "required": ["abstract"]}
ENDPOINT: Schema = {"properties": {"as": {"const": "add_url_rule"}}, "required": ["as"]}


def build_schema() -> Schema:
    """Build the schema (draft 2020-12): keys, options of catalogue steps, and ``$…`` forms."""
    definitions = build_value_definitions()
    properties = build_properties(ProfileShape)
    properties["version"] = {**properties["version"], "anyOf": [{"const": LATEST_VERSION}]}
    path = {**TEXT, "pattern": r"\S"}
    properties["extends"] = with_stand_ins(
        {**properties["extends"], **path}, {"type": "array", "items": path}
    )
    for key, model in PARTS.items():
        properties[key] = {**properties[key], **_build_part(key, model)}
        properties[key].pop("$ref", None)
    for key, kind in KINDS.items():
        definitions[kind] = _build_step(kind, definitions)
        definitions[f"complete_{kind}"] = _build_complete(kind)
        items = {"$ref": f"#/$defs/{kind}"}
        properties[key] = {**properties[key], "type": "array", "items": items}
    return {
        "$schema": DIALECT,
        "$id": IDENTITY,
        "title": "assembler profile",
        "description": "How to assemble one Flask app for one role.",
        "type": "object",
        "properties": _loosen(properties),
        "additionalProperties": False,
        # A file that extends nothing and is no base must be complete.
        "if": {"not": {"anyOf": [{"required": ["extends"]}, ABSTRACT]}},
        "then": {
            "required": ["version"],
            "properties": {
                key: {"items": {"$ref": f"#/$defs/complete_{kind}"}} for key, kind in KINDS.items()
            },
        },
        "$defs": definitions,
    }


def _loosen(properties: Schema) -> Schema:
    """Allow `${…}`, ``{$unset: true}`` or null in place of the values of certain keys."""
    loose = {}
    for key, schema in properties.items():
        stand_ins = [] if key in NOT_UNSET else [UNSET]
        if key not in LITERAL + STRUCTURED:
            stand_ins.append(INTERPOLATED)
        if key in EMPTY_WHERE_NULL:
            stand_ins.append(NULL)
        loose[key] = with_stand_ins(schema, *stand_ins) if stand_ins else schema
    return loose


def _build_part(key: str, model: type[Model]) -> Schema:
    properties = build_properties(model)
    properties["with"] = _build_mapping(key)
    if key == "worker":
        return close(_loosen(properties))
    if key == "app":
        properties["use"] = {**properties["use"], "pattern": ATTRIBUTE}
    else:
        bind = {**TEXT, "minLength": 1}
        properties["bind"] = with_stand_ins(properties["bind"], bind)
        probation = close(_loosen(build_properties(ProbationShape)))
        properties["probation"] = {**properties["probation"], **probation}
        properties["probation"].pop("$ref", None)
    return close(_loosen(properties))


def _build_mapping(place: str) -> Schema:
    return {"description": "Options.", "anyOf": [{"$ref": f"#/$defs/{place}_options"}, NULL]}


def _build_step(kind: str, definitions: Schema) -> Schema:
    names = [form.name for form_kind, form in iter_forms() if form_kind == kind]
    use: Schema = {"anyOf": [{"enum": names}]}
    if kind != "patch":
        use["anyOf"].append({**TEXT, "allOf": [{"pattern": "[.:]"}, {"pattern": OBJECT}]})
    if kind == "extension":
        use["anyOf"].append({**TEXT, "pattern": r"\.ya?ml$"})
    properties = build_properties(StepShape)
    properties["use"] = {**properties["use"], **use}
    properties["with"] = properties["init"] = _build_mapping(kind)
    properties["as"] = {**properties["as"], "anyOf": [{"enum": list(ADAPTER_NAMES)}, NULL]}
    condition = "patch_condition" if kind == "patch" else "condition"
    properties["when"] = {**properties["when"], "anyOf": [{"$ref": f"#/$defs/{condition}"}, NULL]}
    if kind != "extension":
        properties = {key: value for key, value in properties.items() if key not in EXTENSIONS_ONLY}
    mapping = {
        **close(_loosen(properties)),
        "anyOf": [{"required": ["use"]}, {"required": ["name"]}, ENDPOINT],
        "allOf": list(_iter_catalog_rules(kind, names, definitions)),
    }
    return {"anyOf": [use, mapping]}


def _iter_catalog_rules(kind: str, names: list[str], definitions: Schema) -> Iterator[Schema]:
    """Yield what the ``use`` of a step implies for its other keys."""
    for name, model in _iter_option_models(kind):
        options = build_options(model, kind, definitions)
        yield {"if": _build_uses([name]), "then": {"properties": {"with": options}}}
    if kind == "extension":
        nothing = {"anyOf": [NULL, {"type": "object", "maxProperties": 0}, UNSET]}
        others = dict.fromkeys(OBJECTS_ONLY, nothing)
        yield {"if": _build_uses(names), "then": {"properties": others}}


def _build_complete(kind: str) -> Schema:
    """Build what a step must set if no base sets it."""
    required: dict[str, list[str]] = {}
    for name, model in _iter_option_models(kind):
        if keys := model.model_json_schema().get("required"):
            required[name] = keys
    rules = []
    for name, keys in required.items():
        options = {"properties": {"with": {"required": keys}}, "required": ["with"]}
        rules.append({"if": _build_uses([name]), "then": options})
    uses = [{"required": ["use"]}, ENDPOINT]
    mapping: Schema = {"type": "object", "properties": {"use": TEXT}, "anyOf": uses}
    if rules:
        mapping["allOf"] = rules
    return {"anyOf": [{**TEXT, "not": {"enum": list(required)}}, mapping]}


def _build_uses(names: list[str]) -> Schema:
    return {"properties": {"use": {"enum": names}}, "required": ["use"]}


def _iter_option_models(kind: str) -> Iterator[tuple[str, type[Options]]]:
    for form_kind, form in iter_forms():
        if form_kind == kind and form.options is not None:
            yield form.name, form.options
