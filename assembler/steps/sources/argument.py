"""Set what the caller passed as ``create_app(…, config=)``, or a default in its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import Field, ValidationInfo, field_validator

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault, at_option
from assembler.diagnostics.suggestion import render_suggestion
from assembler.language.flags import Flag
from assembler.references.reference import is_catalog_name
from assembler.steps.config_object import read_object
from assembler.steps.forms import NAMES_CODE, FrozenOptions, Source

if TYPE_CHECKING:
    from assembler.steps.forms import SourceContext

__all__ = ["SOURCE", "ArgumentOptions"]


class ArgumentOptions(FrozenOptions):
    """What replaces an argument that was not passed, and what a name means."""

    default: Any = Field(
        None,
        description="Used when the caller passed nothing: a reference, a mapping, or with `choose` "
        "a name; default: none, and nothing is set then.",
        json_schema_extra=NAMES_CODE,
    )
    choose: Any = Field(
        None,
        description="A reference to a mapping in which a name is looked up; default: `default` is "
        "taken as it is.",
        json_schema_extra=NAMES_CODE,
    )
    required: Flag = Field(
        default=False, description="Reject a caller that passed nothing; there is no default then."
    )

    @field_validator("required")
    @classmethod
    def _check_required(cls, required: bool, info: ValidationInfo) -> bool:  # noqa: FBT001 - pydantic's form
        if required and info.data.get("default") is not None:
            message = "expected no default beside it"
            raise ValueError(message)
        return required


def _load(context: SourceContext, options: ArgumentOptions) -> Mapping[str, Any]:
    choices = _find_choices(context, options.choose)
    option: tuple[str, ...] = ("default",) if context.argument is None else ()
    given = options.default if option else context.argument
    if given is None and options.required:
        raise StepFault(
            "the profile needs what its caller passes as `create_app(…, config=)`",
            hint="Pass it, or write a `default` in place of `required`.",
            code=codes.CALLER_CONFIG_MISSING,
        )
    if given is None:
        return {}
    if isinstance(given, str) and choices is not None and _is_choice(given, choices):
        given = _choose(given, choices)
    elif isinstance(given, str) and option:
        with at_option(*option):
            given = context.resolve(given)
    return read_object(context.app, given, option=option)


def _find_choices(context: SourceContext, choose: object) -> Mapping[str, Any] | None:
    if choose is None:
        return None
    with at_option("choose"):
        choices = context.resolve(choose) if isinstance(choose, str) else choose
    if isinstance(choices, Mapping):
        return choices
    message = f"expected a mapping of names, got a value of type {type(choices).__name__}"
    hint = "Name a dict of the choices."
    raise StepFault(message, hint=hint, option=("choose",), code=codes.CONFIG_NOT_A_MAPPING)


def _is_choice(text: str, choices: Mapping[str, Any]) -> bool:
    return text in choices or is_catalog_name(text)


def _choose(name: str, choices: Mapping[str, Any]) -> object:
    if name in choices:
        return choices[name]
    names = sorted(str(choice) for choice in choices)
    message = f'no config is called "{name}"'
    hint = render_suggestion(name, names, f"Use one of {', '.join(names)}.")
    raise StepFault(message, hint=hint, option=("choose",), code=codes.SOURCE_FAILED)


SOURCE = Source(
    "argument",
    "What the caller passed as `create_app(…, config=)`, or a default.",
    ArgumentOptions,
    _load,
)
