"""Set attributes of the app that no extension sets: ``url_map.strict_slashes: false``."""

from __future__ import annotations

import inspect
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict

from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import render_suggestion
from assembler.language.flags import parse_flag
from assembler.steps.forms import CatalogStep, Options

if TYPE_CHECKING:
    from flask import Flask

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "AttributesOptions"]

MISSING = object()


class AttributesOptions(Options):
    """Any key is a dotted path on the app; its value is set there.

    A part of the path is a key where its parent is a mapping (``jinja_env.globals.x``), and an
    attribute otherwise.
    """

    model_config = ConfigDict(extra="allow")


def apply_attributes(context: StepContext, options: AttributesOptions) -> None:
    """Set every attribute, in the order written; all faults are raised at once."""
    faults: list[StepFault] = []
    for path, value in (options.model_extra or {}).items():
        try:
            _set_attribute(context.app, path, value)
        except StepFault as fault:
            fault.option = (path,)
            faults.append(fault)
    if faults:
        faults[0].more = tuple(faults[1:])
        raise faults[0]


def _set_attribute(app: Flask, path: str, value: object) -> None:
    parts = path.split(".")
    _check_path(app, path, parts)
    parent: Any = app
    for position, part in enumerate(parts[:-1]):
        parent = _get_part(parent, part, ".".join(["app", *parts[:position]]))
    last = parts[-1]
    if isinstance(parent, MutableMapping):
        parent[last] = value
        return
    try:
        setattr(parent, last, _convert_flag(getattr(parent, last, MISSING), value))
    except (AttributeError, TypeError, ValueError) as error:
        message = f'"{path}" cannot be set: {error}'
        hint = "Give it a value that the object takes, or leave it out."
        raise StepFault(message, hint=hint) from error


def _check_path(app: Flask, path: str, parts: list[str]) -> None:
    if any(not part or part.startswith("__") for part in parts):
        message = f'expected a dotted path of public attributes, got "{path}"'
        raise StepFault(
            message, hint="Write names with dots between them: `jinja_env.auto_reload`."
        )
    # The history of every config key is known: nothing may get round the sources.
    if _is_config(app, parts[0]):
        message = f'"{path}" is a config value, not an attribute'
        raise StepFault(message, hint="Set it in a step of `config`, such as `values`.")


def _is_config(app: Flask, name: str) -> bool:
    """Tell whether Flask keeps the attribute in ``app.config``."""
    from flask.config import ConfigAttribute

    return name in ("config", "debug") or isinstance(
        inspect.getattr_static(app, name, None), ConfigAttribute
    )


def _get_part(parent: object, part: str, said: str) -> object:
    if isinstance(parent, MutableMapping):
        found, known = parent.get(part, MISSING), [key for key in parent if isinstance(key, str)]
    else:
        found, known = getattr(parent, part, MISSING), dir(parent)
    if found is MISSING:
        message = f'"{said}" has no "{part}"'
        raise StepFault(message, hint=render_suggestion(part, known))
    return found


def _convert_flag(current: object, value: object) -> object:
    """Read ``value`` as a boolean where the attribute is one: the text "no" would be true."""
    return parse_flag(value) if isinstance(current, bool) else value


STEP = CatalogStep(
    name="attributes",
    summary="Set attributes of the app by their dotted path.",
    options=AttributesOptions,
    apply=apply_attributes,
)
