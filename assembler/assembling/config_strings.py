"""Check the strings that Python code sets for config keys of another type."""

from __future__ import annotations

from functools import cache
from itertools import chain, compress, repeat
from operator import is_not
from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.steps.key_kinds import STRING, URL
from assembler.steps.known_keys import find_kind, list_known_keys
from assembler.steps.known_values import is_wrong_string

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.assembling.assembly import Assembly
    from assembler.document.nodes import Node
    from assembler.language.profile import AppSpec, Step

__all__ = ["check_extension", "check_strings"]


def check_strings(
    assembly: Assembly, values: Mapping[str, Any], setter: str, written: Node | AppSpec | Step
) -> None:
    """Warn of each such string; it stays, as in Flask.

    Args:
        assembly: Keeps which keys were told of.
        values: What was set.
        setter: Who did it, in words.
        written: What names them in the profile.

    Raises:
        ProfileError: if it is DEBUG, on which the debugger's rules depend.
    """
    if is_wrong_string("DEBUG", values.get("DEBUG")):
        message = f"{setter} sets DEBUG to a string, expected true or false"
        hint = "Convert it where it is set: any string that is not empty is true."
        raise ProfileError([codes.WRONG_CONFIG_VALUE.at(written.place, message, hint=hint)])
    for key in _find_strings(values):
        kind = find_kind(key)
        if kind is None or not is_wrong_string(key, values[key]):
            continue
        assembly.told_keys.add(key)
        message = f"{setter} sets {key} to a string, expected {kind.words}"
        hint = "Convert it where it is set."
        assembly.warn(codes.STRING_CONFIG_VALUE.at(written.place, message, hint=hint))


def check_extension(assembly: Assembly, step: Step) -> None:
    """Do the same for what an extension has put into the config.

    Raises:
        ProfileError: as `check_strings` does.
    """
    config, before = assembly.app.config, assembly.looked_at
    # To compare the keys too would take twice the time, only to see that the last was renamed.
    found = list(dict.values(config))
    try:
        if found == before:
            return  # in a tenth of the time, after nearly every extension of every app
    except Exception:  # noqa: BLE001, S110 - another's value was replaced, and cannot be compared
        pass
    assembly.looked_at = found
    changed = compress(config, map(is_not, found, chain(before, repeat(found))))
    values = {key: config[key] for key in changed if key not in assembly.told_keys}
    check_strings(assembly, values, f"extension '{step.name}'", step)


def _find_strings(values: Mapping[str, Any]) -> list[str]:
    """Return the keys of another type that have a string.

    The type alone is looked at: a proxy would ask what it stands for.
    """
    kinds = {kind for kind in {*map(type, values.values())} if issubclass(kind, str)}
    if not kinds:
        return []
    known = _list_typed_keys()
    return [key for key, value in values.items() if type(value) in kinds and key in known]


@cache
def _list_typed_keys() -> frozenset[str]:
    """Return the keys for which not every string is right."""
    fine = (STRING, URL, None)
    return frozenset(key for key, kind in list_known_keys().items() if kind not in fine)
