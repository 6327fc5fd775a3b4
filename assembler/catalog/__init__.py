"""List the catalogue: the extensions a profile may name without saying where they live.

Each is one file with a ``STEP``, loaded when it is asked for.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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


@cache  # asked for at every step of every app
def get_catalog_step(name: str) -> CatalogStep:
    """Load the catalogue step called ``name``.

    Raises:
        KeyError: if no step has that name.
    """
    step: CatalogStep = import_module(TABLE[name]).STEP
    return step


def find_catalog_names() -> list[str]:
    """Give every name that `get_catalog_step` knows, sorted."""
    return sorted(TABLE)
