"""List the config keys that Flask and the catalogue's steps read, each with the kind it takes.

Source: https://flask.palletsprojects.com/en/stable/config/#builtin-configuration-values for Flask's
own; those of a catalogue step stand in its row of the catalogue.
"""

from __future__ import annotations

from functools import cache

from assembler.steps import catalog
from assembler.steps.key_kinds import (
    BYTES,
    FLAG,
    HOST,
    INTEGER,
    LIST,
    SECONDS,
    STRING,
    KeyKind,
)

__all__ = ["FLASK_KEYS", "find_kind", "list_known_keys"]

# ``None``: a key that takes several kinds, read as any other.
FLASK_KEYS: dict[str, KeyKind | None] = {
    "APPLICATION_ROOT": STRING,
    "DEBUG": FLAG,
    "EXPLAIN_TEMPLATE_LOADING": FLAG,
    "MAX_CONTENT_LENGTH": BYTES,
    "MAX_COOKIE_SIZE": BYTES,
    "MAX_FORM_MEMORY_SIZE": BYTES,
    "MAX_FORM_PARTS": INTEGER,
    "PERMANENT_SESSION_LIFETIME": SECONDS,
    "PREFERRED_URL_SCHEME": STRING,
    "PROPAGATE_EXCEPTIONS": FLAG,
    "PROVIDE_AUTOMATIC_OPTIONS": FLAG,
    "SECRET_KEY": STRING,
    "SECRET_KEY_FALLBACKS": LIST,
    "SEND_FILE_MAX_AGE_DEFAULT": SECONDS,
    "SERVER_NAME": HOST,
    "SESSION_COOKIE_DOMAIN": STRING,
    "SESSION_COOKIE_HTTPONLY": FLAG,
    "SESSION_COOKIE_NAME": STRING,
    "SESSION_COOKIE_PARTITIONED": FLAG,
    "SESSION_COOKIE_PATH": STRING,
    "SESSION_COOKIE_SAMESITE": STRING,
    "SESSION_COOKIE_SECURE": FLAG,
    "SESSION_REFRESH_EACH_REQUEST": FLAG,
    "TEMPLATES_AUTO_RELOAD": FLAG,
    "TESTING": FLAG,
    "TRAP_BAD_REQUEST_ERRORS": FLAG,
    "TRAP_HTTP_EXCEPTIONS": FLAG,
    "TRUSTED_HOSTS": None,  # a single host may be a string
    "USE_X_SENDFILE": FLAG,
}


@cache
def list_known_keys() -> dict[str, KeyKind | None]:
    """Return Flask's keys and the catalogue's, with their kinds."""
    rows = (entry.config_keys for entry in catalog.TABLE.values())
    return FLASK_KEYS | {key: kind for row in rows for key, kind in row.items()}


def find_kind(key: str) -> KeyKind | None:
    """Return what a known key takes; ``None`` for any other key, and for one of several kinds."""
    return list_known_keys().get(key)
