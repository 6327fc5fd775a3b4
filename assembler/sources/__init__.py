"""List the config sources that a profile may name; each is one file, loaded when it is asked for.

Other distributions add theirs with the entry-point group `assembler.config_sources`: the entry's
name is the name in the profile, its value a `assembler.forms.Source`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from assembler.entry_points import find_entry_names, load_entry
from assembler.forms import Source

__all__ = ["GROUP", "TABLE", "find_source_names", "get_source"]

GROUP = "assembler.config_sources"

TABLE: dict[str, str] = {
    "argument": "assembler.sources.argument",
    "dotenv": "assembler.sources.dotenv",
    "env": "assembler.sources.env",
    "file": "assembler.sources.file",
    "object": "assembler.sources.object",
    "secrets": "assembler.sources.secrets",
    "settings": "assembler.sources.settings",
    "values": "assembler.sources.values",
}


@cache  # asked for at every step of every app
def get_source(name: str) -> Source:
    """Load the config source called ``name``: one of the table, else one of another distribution.

    Raises:
        KeyError: if no source has that name.
        TypeError: if the entry point of that name is not a `Source`.
    """
    if name in TABLE:
        source: Source = import_module(TABLE[name]).SOURCE
        return source
    return load_entry(GROUP, name, Source)


def find_source_names() -> list[str]:
    """Give every name that `get_source` knows, sorted."""
    return sorted({*TABLE, *find_entry_names(GROUP)})
