"""Read the config that an object holds, as Flask itself would."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.failures import describe_failure
from assembler.diagnostics.faults import StepFault

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["read_object"]

HOLDS_NO_CONFIG = (str, bytes, int, float, list, tuple, set, frozenset, type(None))


def read_object(
    app: Flask, target: object, *, option: tuple[str | int, ...] = ()
) -> dict[str, Any]:
    """Return the upper-case attributes of ``target``, or the upper-case items of a mapping.

    Args:
        app: Its config class does the reading.
        target: A class, a module, an instance or a mapping; or a string, the import name of an
            object, as `Config.from_object` takes it.
        option: What a fault is about.

    Raises:
        StepFault: if it is none of these, cannot be imported, or an attribute raises.
    """
    # An empty config of the app's own class reads exactly what Flask would set.
    values = app.config_class(app.root_path)
    if isinstance(target, Mapping):
        values.from_mapping(target)
        return dict(values)
    if isinstance(target, str):
        target = _import_object(target, option)
    _check_kind(target, option)
    try:
        values.from_object(target)
    except Exception as error:
        failure = describe_failure(error)
        message = f"reading the config object failed: {failure.text}"
        hint = "Fix the property that raises it."
        raise StepFault(message, hint=hint, option=option, related=failure.related) from error
    return dict(values)


def _check_kind(target: object, option: tuple[str | int, ...]) -> None:
    if isinstance(target, HOLDS_NO_CONFIG) or inspect.isroutine(target):
        message = (
            "expected a class, a module, an instance or a mapping, "
            f"got a value of type {type(target).__name__}"
        )
        hint = "Name the object that holds the config; a function that returns it goes into `use`."
        raise StepFault(message, hint=hint, option=option, code=codes.CONFIG_NOT_A_MAPPING)


def _import_object(name: str, option: tuple[str | int, ...]) -> object:
    from werkzeug.utils import import_string  # noqa: PLC0415 - as `from_object` does

    try:
        return import_string(name)
    except Exception as error:
        # Werkzeug's own error is a page of guesses around the one that it caught.
        failure = describe_failure(getattr(error, "exception", error))
        message = f'the config object "{name}" cannot be imported: {failure.text}'
        hint = "Pass the import name of a module, or of an object in one."
        fault = StepFault(message, hint=hint, option=option, code=codes.IMPORT_FAILED)
        fault.related = failure.related
        raise fault from error
