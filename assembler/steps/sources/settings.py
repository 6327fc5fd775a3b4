"""Set the fields of a pydantic or pydantic-settings class, with all its errors at once.

A pydantic-settings class reads the environment, as it always does; a plain pydantic class checks
what earlier sources have set. A field's config key is its name in upper case.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, SecretBytes, SecretStr, ValidationError

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault, at_option, raise_faults
from assembler.steps.forms import NAMES_CODE, FrozenOptions, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

    from assembler.steps.forms import SourceContext

__all__ = ["SOURCE", "SettingsOptions"]

OPTION = ("target",)


class SettingsOptions(FrozenOptions):
    """The class to read."""

    target: Any = Field(
        description="A reference to a pydantic or pydantic-settings class.",
        json_schema_extra=NAMES_CODE,
    )


def _load(context: SourceContext, options: SettingsOptions) -> Mapping[str, Any]:
    target = options.target
    if isinstance(target, str):
        with at_option(*OPTION):
            target = context.resolve(target)
    if not isinstance(target, type) or not issubclass(target, BaseModel):
        name = getattr(target, "__name__", type(target).__name__)
        message = f'expected a pydantic class, got "{name}"'
        hint = "Name a subclass of `pydantic.BaseModel` or `BaseSettings`."
        raise StepFault(message, hint=hint, option=OPTION, code=codes.CONFIG_NOT_A_MAPPING)
    # Not by an import: only some projects install pydantic-settings.
    if hasattr(target, "settings_customise_sources"):
        settings = _build_settings(target, context.env)
    else:
        settings = _check_config(target, context.app.config)
    return {name.upper(): _reveal(value) for name, value in settings.model_dump().items()}


def _check_config(target: type[BaseModel], config: Mapping[str, Any]) -> BaseModel:
    # Flask has None for what is not set.
    given = {
        name: config[name.upper()]
        for name in target.model_fields
        if config.get(name.upper()) is not None
    }
    try:
        return target.model_validate(given, by_alias=False, by_name=True)
    except ValidationError as error:
        raise_faults(
            _build_fault(details, f"Set {_get_head(details).upper()} in an earlier config source.")
            for details in error.errors(include_input=False, include_url=False)
        )
        raise  # not reached: there is always an error


def _build_settings(target: type[BaseModel], env: Mapping[str, str]) -> BaseModel:
    from assembler.steps.settings_env import bind_settings, find_variable

    if env is os.environ:
        try:
            return target()  # much quicker than a subclass of it
        except ValueError:
            pass  # below, with all its errors
    bound, undecoded = bind_settings(target, env)
    faults: list[StepFault] = []
    try:
        settings = bound()
    except ValidationError as error:
        for details in error.errors(include_input=False, include_url=False):
            variable = find_variable(target, details["loc"])
            if variable not in undecoded:
                faults.append(_build_fault(details, f"Set {variable} in the environment."))
    except ValueError as error:  # of a source of the class's own
        faults.append(_refuse(str(error).splitlines()[0], None))
    else:
        if not undecoded:
            return settings
    raise_faults(
        [
            *(
                _refuse(f"{name}: expected JSON", f"Set {name} in the environment to JSON.")
                for name in sorted(undecoded)
            ),
            *faults,
        ]
    )
    raise AssertionError  # not reached: there is always a fault


def _get_head(details: ErrorDetails) -> str:
    return str(details["loc"][0]) if details["loc"] else ""


def _build_fault(details: ErrorDetails, hint: str) -> StepFault:
    """Report pydantic's message, without the input: it may be a secret."""
    location = ".".join(str(part) for part in details["loc"])
    reason = details["msg"].removeprefix("Value error, ")
    reason = reason[:1].lower() + reason[1:]
    # Without a location it is a check of several fields at once.
    return _refuse(f"{location}: {reason}", hint) if location else _refuse(reason, None)


def _refuse(message: str, hint: str | None) -> StepFault:
    return StepFault(message, hint=hint, option=OPTION, code=codes.SETTINGS_INVALID)


def _reveal(value: object) -> object:
    """Return what a pydantic secret holds: Flask and its extensions know no such type."""
    return value.get_secret_value() if isinstance(value, (SecretStr, SecretBytes)) else value


SOURCE = Source("settings", "A pydantic or pydantic-settings class.", SettingsOptions, _load)
