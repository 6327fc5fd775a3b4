"""Write down the values of a profile, so that a later process can compare its own with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.comparing.differences import Value
from assembler.comparing.values import read_values
from assembler.secrets.fingerprints import Fingerprints
from assembler.secrets.plain import mask_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assembler.document.nodes import MappingNode

__all__ = ["Values", "restore_values", "take_values"]

LIMIT_SHOWN = 4000  # characters of a value; of a longer one the end shows in its fingerprint


class Values(NamedTuple):
    """The values of a composed profile, and what tells the hidden ones apart."""

    shown: list[dict[str, Any]]  # plain JSON types; what is secret is a mask, and nothing else
    keyed: str  # tells the key of the fingerprints
    fingerprints: Mapping[str, str]  # of what is masked or cut, by the value's key


def take_values(root: MappingNode, scrub: Callable[[str], str], key: bytes) -> Values:
    """Read the values of a profile.

    Args:
        root: The profile, interpolated or as it is written.
        scrub: Masks the secrets that are known besides.
        key: Of the fingerprints: who does not have it cannot try which secret has which.
    """
    own = Fingerprints(key, limit=LIMIT_SHOWN)
    shown, hidden = [], {}
    for name, value in read_values(root, own).items():
        facts, fingerprint = value.to_dict(), own.digest(value.compared[0])
        facts["value"] = value.shown.removesuffix(f"#{fingerprint}")
        if facts["value"] != value.shown:
            hidden[name] = fingerprint
        shown.append({"key": name, **facts})
    masked: list[dict[str, Any]] = mask_plain(shown, scrub)
    return Values(masked, own.keyed, mask_plain(hidden, scrub))


def restore_values(
    shown: Sequence[Mapping[str, Any]], fingerprints: Mapping[str, str]
) -> dict[str, Value]:
    """Return values that can be compared with others that were restored, by their keys.

    Args:
        shown: What `take_values` has written.
        fingerprints: Of the same; none if those of the others are of another key.
    """
    found = {}
    for one in shown:
        fingerprint = fingerprints.get(one["key"])
        text = one["value"] if fingerprint is None else f"{one['value']}#{fingerprint}"
        variables = tuple(one["variables"])
        compared = (text, *(str(variable["name"]) for variable in variables))
        found[one["key"]] = Value(text, one["path"], one["line"], variables, compared)
    return found
