"""List the catalogue: the extensions a profile may name without saying where they live.

Each is one file with a ``STEP``, loaded when it is asked for.
"""

from __future__ import annotations

from assembler.entry_points import FormTable
from assembler.forms import CatalogStep

__all__ = ["TABLE", "find_catalog_names", "get_catalog_step"]

TABLE: dict[str, str] = {
    "attributes": "assembler.catalog.attributes",
    "compress": "assembler.catalog.compress",
    "database": "assembler.catalog.database",
    "directories": "assembler.catalog.directories",
    "health": "assembler.catalog.health",
    "imports": "assembler.catalog.imports",
    "journal": "assembler.catalog.journal",
    "logging": "assembler.catalog.logging",
    "migrate": "assembler.catalog.migrate",
    "proxy_fix": "assembler.catalog.proxy_fix",
    "secret_key": "assembler.catalog.secret_key",
}

CATALOG = FormTable(CatalogStep, "STEP", TABLE)
get_catalog_step, find_catalog_names = CATALOG.get, CATALOG.find_names
