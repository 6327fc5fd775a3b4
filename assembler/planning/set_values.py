"""Give the known config keys of a `values` source their type, and reject strings that are wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault, raise_faults
from assembler.document.nodes import MappingNode, Node, ScalarNode, is_reference
from assembler.language.remedies import find_meant_value
from assembler.secrets.known import is_secret_key
from assembler.secrets.masking import mask_written
from assembler.steps.key_kinds import HOST, STRING, URL
from assembler.steps.known_keys import find_kind
from assembler.steps.known_values import (
    UNSET,
    build_value_fault,
    describe_unset,
    is_wrong_string,
    read_known,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from assembler.diagnostics.diagnostic import Diagnostic

__all__ = ["find_value_faults", "read_values", "type_value"]

STRINGS = (HOST, STRING, URL)


def find_value_faults(options: MappingNode) -> Iterator[Diagnostic]:
    """Report each known key that a string is wrong for, at the key; pure."""
    for key, entry in options.entries.items():
        meant = find_meant_value(entry.value) if isinstance(entry.value, MappingNode) else None
        # Of a secret it is reported as a path that stands for one.
        if meant is not None and find_kind(key) in STRINGS and not is_secret_key(key):
            message = f"{key} expects a string, got a mapping"
            yield codes.WRONG_TYPE.at(entry.value.place, message, hint=meant)
            continue
        try:
            _check_value(key, entry.value)
        except StepFault as fault:
            code = fault.code or codes.WRONG_CONFIG_VALUE
            yield code.at(entry.key.place, fault.message, hint=fault.hint)


def read_values(
    options: MappingNode, values: Mapping[str, Any], note: Callable[[str], None]
) -> dict[str, Any]:
    """Return the ``values`` of ``options`` with each string that was filled in, or read, typed.

    Args:
        options: As they are written.
        values: As they are resolved.
        note: Gets what counts as not set.

    Raises:
        StepFault: at each that is not of its key's kind.
    """
    typed: dict[str, Any] = {}
    faults: list[StepFault] = []
    for key, value in values.items():
        try:
            typed[key] = _read_value(key, options.entries[key].value, value)
        except StepFault as fault:
            fault.option = (key,)
            faults.append(fault)
    raise_faults(faults)
    for key in [key for key, value in typed.items() if value is UNSET]:
        note(describe_unset(key, _describe_origin(options.entries[key].value)))
        del typed[key]
    return typed


def type_value(key: str, node: Node) -> Node:
    """Return the value of a known key, typed if it was filled in from the environment."""
    if not isinstance(node, ScalarNode) or node.unknown or not node.is_interpolated:
        return node
    try:
        value = _read_value(key, node, node.value)
    except StepFault:  # which is reported
        return node
    return replace(node, value=value) if isinstance(value, (bool, int, float)) else node


def _check_value(key: str, node: Node) -> None:
    if not isinstance(node, ScalarNode) or node.unknown:
        return
    if node.is_interpolated:
        _read_value(key, node, node.value)
    elif is_wrong_string(key, node.value):
        raise build_value_fault(key, node.text)


def _read_value(key: str, node: Node, value: object) -> object:
    text = value
    if isinstance(node, ScalarNode):
        text = node.text if node.is_interpolated else None
    elif not is_reference(node):
        return value
    if not isinstance(text, str) or find_kind(key) is None:
        return value
    return read_known(key, text, lambda _: _describe_origin(node))


def _describe_origin(node: Node) -> str:
    """Return where a value comes from, in words."""
    if isinstance(node, ScalarNode):
        return mask_written(node.written or "")
    assert isinstance(node, MappingNode)
    return next(iter(node.entries))
