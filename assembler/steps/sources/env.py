"""Set what the environment has under a prefix, as `Config.from_prefixed_env` does."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from pydantic import Field

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault, raise_faults
from assembler.document.ends import strip_newline
from assembler.steps.forms import FrozenOptions, Source
from assembler.steps.known_keys import find_kind
from assembler.steps.known_values import UNSET, check_blank_ends, describe_unset, read_known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.steps.forms import SourceContext

__all__ = ["SOURCE", "EnvOptions"]


class EnvOptions(FrozenOptions):
    """The variables to read."""

    prefix: str = Field(
        "FLASK", min_length=1, description="The prefix of the variables, without the underscore."
    )
    separator: str = Field(
        "__", min_length=1, description="What separates nested keys in a variable's name."
    )


def _load(context: SourceContext, options: EnvOptions) -> Mapping[str, Any]:
    start = f"{options.prefix}_"
    values: dict[str, Any] = {}
    faults: list[StepFault] = []
    for name in sorted(context.env):
        if name.startswith(start):
            path = name.removeprefix(start).split(options.separator)
            origin = f'the variable "{name}"'
            try:
                value = _read_value(path, context.env[name], origin)
            except StepFault as fault:
                faults.append(fault)
                continue
            if value is UNSET:
                context.note(describe_unset(path[0], origin))
            elif not _set_nested(values, path, value, context.app.config):
                faults.append(_build_fault(name, path))
    raise_faults(faults)
    return values


def _read_value(path: list[str], text: str, origin: str) -> object:
    """Read a variable: as the kind of a known key, else as JSON if possible."""
    text = strip_newline(text)
    value = _parse_value(text)
    if len(path) == 1 and find_kind(path[0]) is not None:
        return read_known(path[0], value if isinstance(value, str) else text, lambda _: origin)
    is_typed = isinstance(value, (int, float))  # a boolean is an integer
    check_blank_ends(".".join(path), text, lambda _: origin, is_typed=is_typed)
    return value


def _parse_value(text: str) -> Any:  # noqa: ANN401 - JSON holds anything
    import json

    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _set_nested(
    values: dict[str, Any], path: list[str], value: object, config: Mapping[str, Any]
) -> bool:
    """Set ``value`` at ``path`` in ``values``; false if something on the way is not a mapping.

    What ``config`` has at the first key is added to. It is copied as far as the path goes: it may
    belong to the class it was read from, and so to every later app.
    """
    *parents, last = path
    if parents and parents[0] not in values and parents[0] in config:
        values[parents[0]] = config[parents[0]]
    current = values
    for key in parents:
        inner = current.get(key, {})
        if not isinstance(inner, dict):
            return False
        current[key] = copy.copy(inner)
        current = current[key]
    current[last] = value
    return True


def _build_fault(name: str, path: list[str]) -> StepFault:
    return StepFault(
        f'the variable "{name}" sets a key of {path[0]}, which is not a mapping there',
        hint=f"Unset {name}, or make {path[0]} a mapping.",
        code=codes.SOURCE_FAILED,
    )


SOURCE = Source(
    "env",
    "Environment variables with a prefix, in the type of a known key, else as JSON if possible.",
    EnvOptions,
    _load,
)
