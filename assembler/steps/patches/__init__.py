"""List the patches that a profile may name; each is one file, loaded when it is asked for.

Other distributions add theirs with the entry-point group `assembler.patches`: the entry's name is
the name in the profile, its value a `assembler.steps.forms.Patch`.
"""

from __future__ import annotations

from assembler.steps.entry_points import FormTable
from assembler.steps.forms import Patch

__all__ = ["GROUP", "PATCHES", "TABLE", "find_patch_names", "get_patch"]

GROUP = "assembler.patches"

TABLE: dict[str, str] = {
    "gevent": "assembler.steps.patches.gevent",
    "grpc": "assembler.steps.patches.grpc",
    "psycopg2": "assembler.steps.patches.psycopg2",
}

PATCHES = FormTable(Patch, "PATCH", TABLE, GROUP)
get_patch, find_patch_names = PATCHES.get, PATCHES.find_names
