"""List the catalogue: the extensions that a profile may name without saying where they live.

A row holds what is read without loading the step: where it is, what it comes after and before, and
by which names a project's own version of it is known. A step is one file with a ``STEP``, loaded
when it is asked for.
"""

from __future__ import annotations

from assembler.steps.entry_points import FormTable
from assembler.steps.forms import CatalogEntry, CatalogStep

__all__ = [
    "EARLIER",
    "LATER",
    "TABLE",
    "find_catalog_names",
    "find_known_names",
    "get_catalog_step",
]

TABLE: dict[str, CatalogEntry] = {
    "attributes": CatalogEntry("assembler.steps.catalog.attributes"),
    "celery": CatalogEntry(after=("redis", "storage", "logstore"), known_as=("celery",)),
    "compress": CatalogEntry(
        "assembler.steps.catalog.compress",
        before=("after_request",),
        known_as=("compress", "flask_compress"),
    ),
    "database": CatalogEntry(
        "assembler.steps.catalog.database",
        before=("flask_marshmallow", "flask_security"),
        known_as=("database", "flask_sqlalchemy"),
    ),
    "directories": CatalogEntry("assembler.steps.catalog.directories"),
    "health": CatalogEntry("assembler.steps.catalog.health", after=("database", "migrate")),
    "imports": CatalogEntry("assembler.steps.catalog.imports"),
    "journal": CatalogEntry("assembler.steps.catalog.journal", after=("database", "migrate")),
    "logging": CatalogEntry(
        "assembler.steps.catalog.logging", after=("timezone",), known_as=("logging",)
    ),
    "logstore": CatalogEntry(after=("storage",), known_as=("logstore",)),
    "migrate": CatalogEntry(
        "assembler.steps.catalog.migrate",
        after=("database",),
        known_as=("migrate", "flask_migrate"),
    ),
    "proxy_fix": CatalogEntry(
        "assembler.steps.catalog.proxy_fix", known_as=("proxy_fix", "ProxyFix")
    ),
    "redis": CatalogEntry(known_as=("redis",)),
    "secret_key": CatalogEntry("assembler.steps.catalog.secret_key"),
    "storage": CatalogEntry(after=("redis",), known_as=("storage",)),
    "timezone": CatalogEntry(known_as=("timezone",)),
}

CATALOG = FormTable(
    CatalogStep, "STEP", {name: entry.module for name, entry in TABLE.items() if entry.module}
)
get_catalog_step, find_catalog_names = CATALOG.get, CATALOG.find_names


def _build_later() -> dict[str, tuple[str, ...]]:
    later: dict[str, tuple[str, ...]] = {}
    for name, entry in TABLE.items():
        for other in entry.before:
            later[name] = (*later.get(name, ()), other)
        for other in entry.after:
            later[other] = (*later.get(other, ()), name)
    return later


LATER = _build_later()  # by a name: the names that come after it
# By the name of a catalogue step: the ones that must come before it.
EARLIER = {
    use: tuple(name for name in TABLE if TABLE[name].module and use in LATER.get(name, ()))
    for use in TABLE
}
KNOWN_AS = {known: name for name, entry in TABLE.items() for known in entry.known_as}


def find_known_names(words: tuple[str, ...]) -> list[str]:
    """Return what a project's own step is a version of, by the names of the step and its module."""
    return [KNOWN_AS[word] for word in words if word in KNOWN_AS]
