"""Set what the caller passed as ``create_app(…, config=)``, or a default in its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import Field

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import render_suggestion
from assembler.steps.config_object import read_object
from assembler.steps.forms import NAMES_CODE, Options, Source

if TYPE_CHECKING:
    from flask import Flask

    from assembler.steps.forms import SourceContext

__all__ = ["SOURCE", "ArgumentOptions", "load_argument"]


class ArgumentOptions(Options):
    """What stands in for an argument that was not passed, and what a name means."""

    default: Any = Field(
        None,
        description="Used when the caller passed nothing: a reference, a mapping, or with `choose` "
        "a name.",
        json_schema_extra=NAMES_CODE,
    )
    choose: Any = Field(
        None,
        description="A reference to a mapping in which a name is looked up.",
        json_schema_extra=NAMES_CODE,
    )


def load_argument(app: Flask, argument: object) -> Mapping[str, Any]:
    """Give the config that the caller passed: a mapping, an object, or a text for `from_object`.

    Raises:
        StepFault: if it is none of these, or cannot be imported.
    """
    return read_object(app, argument)


def _load(context: SourceContext, options: ArgumentOptions) -> Mapping[str, Any]:
    choices = _find_choices(context, options.choose)
    given = context.argument
    if given is not None:
        if isinstance(given, str) and choices is not None and not _is_import_name(given, choices):
            given = _choose(given, choices)
        return load_argument(context.app, given)
    default = options.default
    if default is None:
        return {}
    if isinstance(default, str):
        is_name = choices is not None and not _is_import_name(default, choices)
        default = _choose(default, choices or {}) if is_name else context.resolve(default)
    return read_object(context.app, default, option=("default",))


def _find_choices(context: SourceContext, choose: object) -> Mapping[str, Any] | None:
    if choose is None:
        return None
    choices = context.resolve(choose) if isinstance(choose, str) else choose
    if isinstance(choices, Mapping):
        return choices
    message = f"expected a mapping of names, got a value of type {type(choices).__name__}"
    hint = "Name a dict of what can be chosen."
    raise StepFault(message, hint=hint, option=("choose",), code=codes.CONFIG_NOT_A_MAPPING)


def _is_import_name(text: str, choices: Mapping[str, Any]) -> bool:
    return text not in choices and ("." in text or ":" in text)


def _choose(name: str, choices: Mapping[str, Any]) -> object:
    if name in choices:
        return choices[name]
    names = sorted(str(choice) for choice in choices)
    message = f'no config is called "{name}"'
    raise StepFault(
        message,
        hint=render_suggestion(name, names, f"There are {', '.join(names)}."),
        option=("choose",),
        code=codes.SOURCE_FAILED,
    )


SOURCE = Source(
    "argument",
    "What the caller passed as `create_app(…, config=)`, or a default.",
    ArgumentOptions,
    _load,
)
