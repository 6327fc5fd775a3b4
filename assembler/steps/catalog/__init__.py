"""List the catalogue: the extensions a profile may name without saying where they live.

Each is one file with a ``STEP``, loaded when it is asked for.
"""

from __future__ import annotations

from assembler.steps.entry_points import FormTable
from assembler.steps.forms import CatalogStep

__all__ = ["TABLE", "find_catalog_names", "get_catalog_step"]

TABLE: dict[str, str] = {
    "attributes": "assembler.steps.catalog.attributes",
    "compress": "assembler.steps.catalog.compress",
    "database": "assembler.steps.catalog.database",
    "directories": "assembler.steps.catalog.directories",
    "health": "assembler.steps.catalog.health",
    "imports": "assembler.steps.catalog.imports",
    "journal": "assembler.steps.catalog.journal",
    "logging": "assembler.steps.catalog.logging",
    "migrate": "assembler.steps.catalog.migrate",
    "proxy_fix": "assembler.steps.catalog.proxy_fix",
    "secret_key": "assembler.steps.catalog.secret_key",
}

CATALOG = FormTable(CatalogStep, "STEP", TABLE)
get_catalog_step, find_catalog_names = CATALOG.get, CATALOG.find_names
