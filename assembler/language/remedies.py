"""Find the remedy for a key or a value that does not have the shape of a profile."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

from pydantic import BaseModel

from assembler.diagnostics.suggestion import render_suggestion
from assembler.document.ends import BLANK_ENDS
from assembler.document.foreign_variables import find_meant
from assembler.document.nodes import MappingNode, Node, ScalarNode, find_text
from assembler.document.template import is_single, iter_variables, parse_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

__all__ = [
    "REMEDIES",
    "find_key_remedy",
    "find_keys",
    "find_meant_value",
    "find_reason_remedy",
    "find_remedy",
    "find_variable_remedy",
    "iter_fields",
]

REMEDIES = {
    "a string": "Write a string.",
    "an integer": "Write a whole number, without quotes.",
    "a number": "Write a number, without quotes.",
    "a finite number": "Write a finite number.",
    "true or false": "Write true or false.",
    "a list": "Write it as a list: `[a, b]`, or a line with `- ` for each item.",
    "a mapping": "Write it as a mapping: a line `key: value` for each entry.",
}
# Keys by which other tools turn something on or off.
SWITCHES = frozenset({"active", "disable", "disabled", "enable", "enabled", "skip"})
# Settings of gunicorn's that are written more often than others; they go into `server.with`.
SERVER_SETTINGS = frozenset(
    {
        *("accesslog", "access_log_format", "backlog", "errorlog", "forwarded_allow_ips"),
        *("graceful_timeout", "keepalive", "loglevel", "max_requests", "max_requests_jitter"),
        *("preload_app", "threads", "timeout", "worker_class", "worker_connections"),
    }
)
# References without their dollar sign, and `env`, which other tools have for a variable.
DOLLARLESS = frozenset({"app", "call", "config", "file", "format", "import", "step"})
SECONDS = r"(?i)(\d+(?:\.\d+)?) ?(?:s|secs?|seconds?)"
NUMBERS = frozenset({"an integer", "a number"})


def find_key_remedy(
    key: str, location: tuple[str | int, ...], model: type[BaseModel], known: list[str]
) -> str:
    """Return what to do about an unknown key of the mapping at ``location``, which has ``known``.

    Args:
        key: The key.
        location: Where the mapping is inside ``model``.
        model: The shape of the whole.
        known: The keys of the mapping.
    """
    # `worker` below `server` is its `workers`, though there is one at the top as well.
    home = None if f"{key}s" in known else _find_home(key, location, model)
    if home is not None:
        return f"Move it {home}."
    if "when" in known and key.lower() in SWITCHES:
        return "Write `when: false` to turn the step off, or a condition after `when`."
    if location == ("server",) and key in SERVER_SETTINGS:
        return "Write it below `with`, which has the server's own settings."
    hint = f"The keys here are {', '.join(known)}." if known else "Remove it: no keys go here."
    hint += " Options go under `with`." if "with" in known else ""
    return render_suggestion(key, known, hint) or hint


def find_remedy(
    expected: str, node: Node, location: tuple[str | int, ...], text: str | None
) -> str:
    """Return how to write what was meant; ``text`` is what was written, if it may be shown."""
    meant = find_meant_value(node)
    if meant is not None:
        return meant
    remedy = find_variable_remedy(node, expected) or REMEDIES[expected]
    seconds = re.fullmatch(SECONDS, text or "") if expected in NUMBERS else None
    if location == ("version",):
        remedy = "Write `version: 1`."
    elif seconds is not None:
        remedy = f"Write the number alone: {seconds[1]}."
    elif isinstance(node, ScalarNode) and node.value is None:
        remedy = "Write a value, or remove it."
    elif expected == "a mapping" and isinstance(location[-1], int):
        remedy = "Write the name of what the step uses, or `use: name` and its other keys."
    elif expected == "a mapping" and location == ("app",) and text is not None:
        remedy = f"Write it as `{{use: {text}}}`."
    elif expected == "a string" and text is not None:
        remedy = f'Quote it: "{text}".'
    elif expected == "a list" and text is not None:
        remedy = f"Write it as a list: `[{text}]`."
    return remedy


def find_reason_remedy(reason: str, node: Node) -> str:
    """Return what to do about a value that is refused for ``reason``."""
    if reason == BLANK_ENDS:
        where = " from the variable" if find_variable_remedy(node, "") else ""
        return f"Remove the white space{where}."
    # `true or false (or 1/0, …)`
    expected = reason.removeprefix("expected ").partition(" (")[0]
    otherwise = "Write such a value, or remove it."
    if expected != reason:
        otherwise = REMEDIES.get(expected, f"Write {expected}.")
    return find_meant_value(node) or find_variable_remedy(node, "such a value") or otherwise


def find_variable_remedy(node: Node, expected: str) -> str | None:
    """Return what to do if a variable sets the value."""
    if not isinstance(node, ScalarNode) or node.written is None or not is_single(node.written):
        return None
    variable = next(iter_variables(parse_template(node.written)))
    default = ", or change its default" if variable.operator in {"-", ":-"} else ""
    return f"Set {variable.name} to {expected}{default}."


def find_keys(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """Return the keys of the model that ``location`` leads to inside ``model``."""
    models = (_find_model(field.annotation) for field in iter_fields(model, location))
    return _list_keys([model, *filter(None, models)][-1])


def iter_fields(model: type[BaseModel], location: tuple[str | int, ...]) -> Iterator[FieldInfo]:
    """Yield the fields that ``location`` leads through."""
    current = model
    for part in location:
        fields = current.model_fields.items()
        field = next((field for name, field in fields if part in (name, field.alias)), None)
        if field is not None:
            yield field
            current = _find_model(field.annotation) or current


def _find_home(key: str, location: tuple[str | int, ...], model: type[BaseModel]) -> str | None:
    """Return where the key belongs: in one other mapping of ``model``, or at its top."""
    is_profile = "version" in model.model_fields
    if location and is_profile and key in _list_keys(model):
        return "to the top level"
    homes = [
        name
        for name, field in model.model_fields.items()
        if _is_model(field.annotation) and key in find_keys(model, (name,))
    ]
    return f"under `{homes[0]}`" if len(homes) == 1 and homes[0] not in location else None


def find_meant_value(node: Node) -> str | None:
    """Return the remedy if the value was to be a variable or a reference."""
    if isinstance(node, MappingNode) and len(node.entries) == 1:
        ((key, (_, value)),) = node.entries.items()
        text = find_text(value)
        if text is not None and key in DOLLARLESS:
            quoted = f'"{text}"' if ":" in text else text
            return f"Write `{{${key}: {quoted}}}`."
        if text is not None and key == "env":
            return f"Write `${{{text}}}`."
    if not isinstance(node, ScalarNode):
        return None
    meant = find_meant(node.text if node.written is None else node.written)
    return None if meant is None else f"Write `{meant}`."


def _list_keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _is_model(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _find_model(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _find_model(part))), None)
