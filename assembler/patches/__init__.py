"""List the patches that a profile may name; each is one file, loaded when it is asked for.

Other distributions add theirs with the entry-point group `assembler.patches`: the entry's name is
the name in the profile, its value a `assembler.forms.Patch`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from assembler.forms import Patch

__all__ = ["GROUP", "TABLE", "find_patch_names", "get_patch"]

GROUP = "assembler.patches"

TABLE: dict[str, str] = {
    "gevent": "assembler.patches.gevent",
    "grpc": "assembler.patches.grpc",
    "psycopg2": "assembler.patches.psycopg2",
}


def get_patch(name: str) -> Patch:
    """Load the patch called ``name``: one of the table, else one of another distribution.

    Raises:
        KeyError: if no patch has that name.
        TypeError: if the entry point of that name is not a `Patch`.
    """
    if name in TABLE:
        patch: Patch = import_module(TABLE[name]).PATCH
        return patch
    return _load_entry(_find_entries()[name])


def find_patch_names() -> list[str]:
    """Give every name that `get_patch` knows, sorted."""
    return sorted({*TABLE, *_find_entries()})


def _find_entries() -> dict[str, EntryPoint]:
    # Imported here: most profiles name only patches of the table, and this reads every
    # installed distribution's metadata.
    from importlib.metadata import entry_points

    return {entry.name: entry for entry in entry_points(group=GROUP)}


def _load_entry(entry: EntryPoint) -> Patch:
    from assembler.forms import Patch

    patch = entry.load()
    if not isinstance(patch, Patch):
        message = (
            f"entry point {entry.name!r} of {GROUP!r} is no assembler.forms.Patch: {entry.value!r}"
        )
        raise TypeError(message)
    return patch
