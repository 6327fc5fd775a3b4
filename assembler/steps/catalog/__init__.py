"""List the catalogue: the extensions that a profile may name without saying where they live.

A row holds what is read without loading the step: where it is, what it comes after and before, and
by which names a project's own version of it is known. A step is one file with a ``STEP``, loaded
when it is asked for.
"""

from __future__ import annotations

from assembler.steps.entry_points import FormTable
from assembler.steps.forms import CatalogEntry, CatalogStep
from assembler.steps.key_kinds import BYTES, ECHO, FLAG, INTEGER, LIST, MAPPING, URL

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
        config_keys={  # Flask-Compress 1.25, its `init_app`
            "COMPRESS_ALGORITHM": None,
            "COMPRESS_ALGORITHM_STREAMING": None,
            "COMPRESS_BR_BLOCK": INTEGER,
            "COMPRESS_BR_LEVEL": INTEGER,
            "COMPRESS_BR_MODE": INTEGER,
            "COMPRESS_BR_WINDOW": INTEGER,
            "COMPRESS_CACHE_BACKEND": None,
            "COMPRESS_CACHE_KEY": None,
            "COMPRESS_DEFLATE_LEVEL": INTEGER,
            "COMPRESS_EVALUATE_CONDITIONAL_REQUEST": FLAG,
            "COMPRESS_LEVEL": INTEGER,
            "COMPRESS_MIMETYPES": LIST,
            "COMPRESS_MIN_SIZE": BYTES,
            "COMPRESS_REGISTER": FLAG,
            "COMPRESS_STREAMING_ENDPOINT_CONDITIONAL": LIST,
            "COMPRESS_STREAMS": FLAG,
            "COMPRESS_ZSTD_LEVEL": INTEGER,
        },
    ),
    "database": CatalogEntry(
        "assembler.steps.catalog.database",
        before=("flask_marshmallow", "flask_security"),
        known_as=("database", "flask_sqlalchemy"),
        config_keys={  # Flask-SQLAlchemy 3.1, "Configuration", and one of 2.x: COMMIT_ON_TEARDOWN
            "SQLALCHEMY_BINDS": MAPPING,
            "SQLALCHEMY_COMMIT_ON_TEARDOWN": FLAG,
            "SQLALCHEMY_DATABASE_URI": URL,
            "SQLALCHEMY_ECHO": ECHO,
            "SQLALCHEMY_ENGINE_OPTIONS": MAPPING,
            "SQLALCHEMY_RECORD_QUERIES": FLAG,
            "SQLALCHEMY_TRACK_MODIFICATIONS": FLAG,
        },
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
