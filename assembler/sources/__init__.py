"""List the config sources that a profile may name; each is one file, loaded when it is asked for.

Other distributions add theirs with the entry-point group `assembler.config_sources`: the entry's
name is the name in the profile, its value a `assembler.forms.Source`.
"""

from __future__ import annotations

from assembler.entry_points import FormTable
from assembler.forms import Source

__all__ = ["GROUP", "SOURCES", "TABLE", "find_source_names", "get_source"]

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

SOURCES = FormTable(Source, "SOURCE", TABLE, GROUP)
get_source, find_source_names = SOURCES.get, SOURCES.find_names
