"""Set attributes of the app by their dotted path, as ``url_map.strict_slashes: false``."""

from __future__ import annotations

import inspect
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict

from assembler.diagnostics.faults import StepFault, raise_faults
from assembler.diagnostics.suggestion import render_suggestion
from assembler.document.nodes import is_reference_key
from assembler.language.flags import parse_flag
from assembler.steps.forms import CatalogStep, FrozenOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from assembler.document.nodes import MappingNode
    from assembler.steps.forms import StepContext

__all__ = ["CONFIG_ATTRIBUTES", "STEP", "AttributesOptions"]

MISSING = object()
# What Flask 3.1 keeps in its config.
CONFIG_ATTRIBUTES = frozenset(
    {"config", "debug", "permanent_session_lifetime", "secret_key", "testing"}
)


class AttributesOptions(FrozenOptions):
    """Each key is a dotted path on the app, set to its value.

    A part of the path is a key if its parent is a mapping (``jinja_env.globals.x``), otherwise an
    attribute.
    """

    model_config = ConfigDict(extra="allow")


def apply_attributes(context: StepContext, options: AttributesOptions) -> None:
    """Set every attribute, in the order written; raise all faults at once."""
    faults: list[StepFault] = []
    for path, value in (options.model_extra or {}).items():
        try:
            _set_attribute(context.app, path, value)
        except StepFault as fault:
            fault.option = (path,)
            faults.append(fault)
    raise_faults(faults)


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
        # The string "no" would be true.
        is_flag = isinstance(getattr(parent, last, None), bool)
        setattr(parent, last, parse_flag(value) if is_flag else value)
    except (AttributeError, TypeError, ValueError) as error:
        message = f'"{path}" cannot be set: {error}'
        hint = "Set a value that the object accepts, or remove it."
        raise StepFault(message, hint=hint) from error


def _check_path(app: Flask, path: str, parts: list[str]) -> None:
    fault = _find_form_fault(path, parts)
    if fault is not None:
        raise fault
    # The history of every config key is known: nothing may bypass the sources.
    if _is_config(app, parts[0]):
        raise _build_config_fault(path)


def _is_config(app: Flask, name: str) -> bool:
    """Return whether Flask keeps the attribute in ``app.config``."""
    from flask.config import ConfigAttribute

    return name in ("config", "debug") or isinstance(
        inspect.getattr_static(app, name, None), ConfigAttribute
    )


def _get_part(parent: object, part: str, shown: str) -> object:
    if isinstance(parent, MutableMapping):
        found, known = parent.get(part, MISSING), [key for key in parent if isinstance(key, str)]
    else:
        found, known = getattr(parent, part, MISSING), dir(parent)
    if found is MISSING:
        raise StepFault(f'"{shown}" has no "{part}"', hint=render_suggestion(part, known))
    return found


def find_path_faults(options: MappingNode) -> Iterator[StepFault]:
    """Yield what is wrong with a path whatever the app is."""
    for path, (key, _) in options.entries.items():
        parts = path.split(".")
        fault = _find_form_fault(path, parts)
        if fault is None and parts[0] in CONFIG_ATTRIBUTES and not is_reference_key(path):
            fault = _build_config_fault(path)
        if fault is not None and not key.is_interpolated:
            fault.option = (path,)
            yield fault


def _find_form_fault(path: str, parts: list[str]) -> StepFault | None:
    if not any(not part or part.startswith("__") for part in parts):
        return None
    message = f'expected a dotted path of public attributes, got "{path}"'
    return StepFault(message, hint="Write names separated by dots, as `jinja_env.auto_reload`.")


def _build_config_fault(path: str) -> StepFault:
    message = f'"{path}" is a config value, not an attribute'
    return StepFault(message, hint="Set it in a step of `config`, such as `values`.")


STEP = CatalogStep(
    name="attributes",
    group="app",
    summary="Set attributes of the app by their dotted path.",
    options=AttributesOptions,
    apply=apply_attributes,
    find_faults=find_path_faults,
)
