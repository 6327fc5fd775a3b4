"""List the config sources that a profile may name; each is one file, loaded when it is asked for.

Other distributions add theirs with the entry-point group `assembler.config_sources`: the entry's
name is the name in the profile, its value a `assembler.steps.forms.Source`.
"""

from __future__ import annotations

from assembler.steps.entry_points import FormTable
from assembler.steps.forms import Source

__all__ = ["GROUP", "SOURCES", "TABLE", "find_source_names", "get_source"]

GROUP = "assembler.config_sources"

TABLE: dict[str, str] = {
    "argument": "assembler.steps.sources.argument",
    "dotenv": "assembler.steps.sources.dotenv",
    "env": "assembler.steps.sources.env",
    "file": "assembler.steps.sources.file",
    "object": "assembler.steps.sources.object",
    "secrets": "assembler.steps.sources.secrets",
    "settings": "assembler.steps.sources.settings",
    "values": "assembler.steps.sources.values",
}

SOURCES = FormTable(Source, "SOURCE", TABLE, GROUP)
get_source, find_source_names = SOURCES.get, SOURCES.find_names
