"""List the patches that a profile may name; each is one file, loaded when it is asked for.

Other distributions add theirs with the entry-point group `assembler.patches`: the entry's name is
the name in the profile, its value a `assembler.forms.Patch`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from assembler.entry_points import find_entry_names, load_entry
from assembler.forms import Patch

__all__ = ["GROUP", "TABLE", "find_patch_names", "get_patch"]

GROUP = "assembler.patches"

TABLE: dict[str, str] = {
    "gevent": "assembler.patches.gevent",
    "grpc": "assembler.patches.grpc",
    "psycopg2": "assembler.patches.psycopg2",
}


@cache  # asked for at every step of every app
def get_patch(name: str) -> Patch:
    """Load the patch called ``name``: one of the table, else one of another distribution.

    Raises:
        KeyError: if no patch has that name.
        TypeError: if the entry point of that name is not a `Patch`.
    """
    if name in TABLE:
        patch: Patch = import_module(TABLE[name]).PATCH
        return patch
    return load_entry(GROUP, name, Patch)


def find_patch_names() -> list[str]:
    """Give every name that `get_patch` knows, sorted."""
    return sorted({*TABLE, *find_entry_names(GROUP)})
