"""List the config sources that a profile may name; each is one file, loaded when it is asked for.

Other distributions add theirs with the entry-point group `assembler.config_sources`: the entry's
name is the name in the profile, its value a `assembler.forms.Source`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

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


def get_source(name: str) -> Source:
    """Load the config source called ``name``: one of the table, else one of another distribution.

    Raises:
        KeyError: if no source has that name.
        TypeError: if the entry point of that name is not a `Source`.
    """
    if name in TABLE:
        source: Source = import_module(TABLE[name]).SOURCE
        return source
    return _load_entry(_find_entries()[name])


def find_source_names() -> list[str]:
    """Give every name that `get_source` knows, sorted."""
    return sorted({*TABLE, *_find_entries()})


def _find_entries() -> dict[str, EntryPoint]:
    # Most profiles name only sources of the table, and this reads the metadata of every
    # installed distribution.
    from importlib.metadata import entry_points  # noqa: PLC0415 - see above

    return {entry.name: entry for entry in entry_points(group=GROUP)}


def _load_entry(entry: EntryPoint) -> Source:
    from assembler.forms import Source  # noqa: PLC0415 - only for the check

    source = entry.load()
    if not isinstance(source, Source):
        message = f'the entry point "{entry.name}" of {GROUP} is no Source: "{entry.value}"'
        raise TypeError(message)
    return source
