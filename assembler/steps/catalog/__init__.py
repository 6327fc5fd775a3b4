"""List the catalogue: the extensions that a profile may name without saying where they live.

A row holds what is read without loading the step: where it is, what it comes after and before, and
by which names a project's own version of it is known. A step is one file with a ``STEP``, loaded
when it is asked for.

Other distributions add theirs with the entry-point group `assembler.extensions`: the entry's name
is the name in the profile, its value a `assembler.steps.CatalogStep` with the facts of a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.references.reference import is_catalog_name
from assembler.steps.entry_points import FormTable
from assembler.steps.forms import CatalogEntry, CatalogStep
from assembler.steps.key_kinds import (
    BYTES,
    ECHO,
    FLAG,
    INTEGER,
    LIST,
    MAPPING,
    SECONDS,
    STRING,
    URL,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CATALOG",
    "GROUP",
    "TABLE",
    "find_catalog_names",
    "find_earlier",
    "find_known_names",
    "find_row",
    "get_catalog_step",
]

GROUP = "assembler.extensions"

TABLE: dict[str, CatalogEntry] = {
    "admin": CatalogEntry(
        "assembler.steps.catalog.admin",
        after=("database", "babel", "login"),
        known_as=("admin", "flask_admin"),
        config_keys={  # Flask-Admin 2, its code
            "FLASK_ADMIN_RAISE_ON_INTEGRITY_ERROR": FLAG,
            "FLASK_ADMIN_RAISE_ON_VIEW_EXCEPTION": FLAG,
        },
    ),
    "attributes": CatalogEntry("assembler.steps.catalog.attributes"),
    "babel": CatalogEntry(
        "assembler.steps.catalog.babel",
        before=("templates",),
        known_as=("babel", "flask_babel"),
        config_keys={  # Flask-Babel 4, "Configuration"
            "BABEL_DEFAULT_LOCALE": STRING,
            "BABEL_DEFAULT_TIMEZONE": STRING,
            "BABEL_DOMAIN": STRING,
            "BABEL_TRANSLATION_DIRECTORIES": STRING,
        },
    ),
    "cache": CatalogEntry(
        "assembler.steps.catalog.cache",
        after=("redis",),
        before=("health",),
        known_as=("cache", "caching", "flask_caching"),
        config_keys={  # Flask-Caching 2.5, "Configuring Flask-Caching"
            "CACHE_ARGS": LIST,
            "CACHE_DEFAULT_TIMEOUT": SECONDS,
            "CACHE_DIR": STRING,
            "CACHE_ENABLE_SIGNALS": FLAG,
            "CACHE_FILE_HASH_METHOD": None,
            "CACHE_HASH_METHOD": None,
            "CACHE_IGNORE_ERRORS": FLAG,
            "CACHE_KEY_PREFIX": None,
            "CACHE_MEMCACHED_PASSWORD": STRING,
            "CACHE_MEMCACHED_SERVERS": None,
            "CACHE_MEMCACHED_USERNAME": STRING,
            "CACHE_NO_NULL_WARNING": FLAG,
            "CACHE_OPTIONS": MAPPING,
            "CACHE_REDIS_CLUSTER": STRING,
            "CACHE_REDIS_DB": INTEGER,
            "CACHE_REDIS_HOST": None,
            "CACHE_REDIS_PASSWORD": STRING,
            "CACHE_REDIS_PORT": INTEGER,
            "CACHE_REDIS_SENTINELS": None,
            "CACHE_REDIS_SENTINEL_MASTER": STRING,
            "CACHE_REDIS_SENTINEL_PASSWORD": STRING,
            "CACHE_REDIS_URL": URL,
            "CACHE_SERIALIZER": None,
            "CACHE_SOURCE_CHECK": FLAG,
            "CACHE_THRESHOLD": INTEGER,
            "CACHE_TYPE": STRING,
            "CACHE_UWSGI_NAME": STRING,
        },
    ),
    "celery": CatalogEntry(
        "assembler.steps.catalog.celery",
        after=("redis", "storage", "logstore"),
        before=("health",),
        known_as=("celery",),
        config_keys={  # Flask's "Background Tasks with Celery", and Celery's names in capitals
            "CELERY": MAPPING,
            "CELERY_BROKER_URL": URL,
            "CELERY_RESULT_BACKEND": URL,
        },
    ),
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
    # A preflight request has no credentials, and is not to be redirected or counted.
    "console": CatalogEntry("assembler.steps.catalog.console"),
    "cors": CatalogEntry(
        "assembler.steps.catalog.cors",
        before=("limiter", "talisman"),
        known_as=("cors", "flask_cors"),
        config_keys={  # Flask-CORS 6, `CONFIG_OPTIONS`; most take a string or a list
            "CORS_ALLOW_HEADERS": None,
            "CORS_ALLOW_PRIVATE_NETWORK": FLAG,
            "CORS_ALWAYS_SEND": FLAG,
            "CORS_AUTOMATIC_OPTIONS": FLAG,
            "CORS_EXPOSE_HEADERS": None,
            "CORS_INTERCEPT_EXCEPTIONS": FLAG,
            "CORS_MAX_AGE": SECONDS,
            "CORS_METHODS": None,
            "CORS_ORIGINS": None,
            "CORS_RESOURCES": None,
            "CORS_SEND_WILDCARD": FLAG,
            "CORS_SUPPORTS_CREDENTIALS": FLAG,
            "CORS_VARY_HEADER": FLAG,
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
    "debug_toolbar": CatalogEntry(
        "assembler.steps.catalog.debug_toolbar",
        after=("secret_key",),
        known_as=("debug_toolbar", "debugtoolbar", "flask_debugtoolbar"),
        config_keys={  # Flask-DebugToolbar 0.16, "Configuration"
            "DEBUG_TB_ENABLED": FLAG,
            "DEBUG_TB_HOSTS": LIST,
            "DEBUG_TB_INTERCEPT_REDIRECTS": FLAG,
            "DEBUG_TB_PANELS": LIST,
            "DEBUG_TB_PROFILER_DUMP_FILENAME": STRING,
            "DEBUG_TB_PROFILER_ENABLED": FLAG,
            "DEBUG_TB_ROUTES_HOST": STRING,
            "DEBUG_TB_TEMPLATE_EDITOR_ENABLED": FLAG,
        },
    ),
    "directories": CatalogEntry("assembler.steps.catalog.directories"),
    # They render pages, and what fails while they are set up is to be told.
    "errors": CatalogEntry(after=("sentry", "templates"), known_as=("errors", "error_handlers")),
    "health": CatalogEntry(
        "assembler.steps.catalog.health", after=("database", "migrate"), known_as=("health",)
    ),
    "imports": CatalogEntry("assembler.steps.catalog.imports"),
    "journal": CatalogEntry(
        "assembler.steps.catalog.journal", after=("database", "migrate"), needs=("database",)
    ),
    "json": CatalogEntry(
        "assembler.steps.catalog.json", known_as=("json", "orjson", "flask_orjson")
    ),
    "limiter": CatalogEntry(
        "assembler.steps.catalog.limiter",
        after=("redis", "login"),
        known_as=("limiter", "flask_limiter"),
        config_keys={  # Flask-Limiter 4.1, "Configuration", and one of 1.x: STORAGE_URL
            "RATELIMIT_APPLICATION": None,
            "RATELIMIT_APPLICATION_COST": None,
            "RATELIMIT_APPLICATION_DEDUCT_WHEN": None,
            "RATELIMIT_APPLICATION_EXEMPT_WHEN": None,
            "RATELIMIT_APPLICATION_PER_METHOD": FLAG,
            "RATELIMIT_DEFAULT": None,
            "RATELIMIT_DEFAULTS_COST": None,
            "RATELIMIT_DEFAULTS_DEDUCT_WHEN": None,
            "RATELIMIT_DEFAULTS_EXEMPT_WHEN": None,
            "RATELIMIT_DEFAULTS_PER_METHOD": FLAG,
            "RATELIMIT_ENABLED": FLAG,
            "RATELIMIT_FAIL_ON_FIRST_BREACH": FLAG,
            "RATELIMIT_HEADERS_ENABLED": FLAG,
            "RATELIMIT_HEADER_LIMIT": STRING,
            "RATELIMIT_HEADER_REMAINING": STRING,
            "RATELIMIT_HEADER_RESET": STRING,
            "RATELIMIT_HEADER_RETRY_AFTER": STRING,
            "RATELIMIT_HEADER_RETRY_AFTER_VALUE": STRING,
            "RATELIMIT_IN_MEMORY_FALLBACK": None,
            "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": FLAG,
            "RATELIMIT_KEY_PREFIX": STRING,
            "RATELIMIT_META": None,
            "RATELIMIT_ON_BREACH_CALLBACK": None,
            "RATELIMIT_ON_META_BREACH_CALLBACK": None,
            "RATELIMIT_REQUEST_IDENTIFIER": None,
            "RATELIMIT_STORAGE_OPTIONS": MAPPING,
            "RATELIMIT_STORAGE_URI": URL,
            "RATELIMIT_STORAGE_URL": URL,
            "RATELIMIT_STRATEGY": STRING,
            "RATELIMIT_SWALLOW_ERRORS": FLAG,
        },
    ),
    "logging": CatalogEntry(
        "assembler.steps.catalog.logging", after=("timezone",), known_as=("logging",)
    ),
    "logstore": CatalogEntry(after=("storage",), known_as=("logstore",)),
    "login": CatalogEntry(
        "assembler.steps.catalog.login",
        after=("secret_key", "session"),
        known_as=("login", "login_manager", "flask_login"),
        config_keys={  # Flask-Login 0.6, its code
            "LOGIN_DISABLED": FLAG,
            "REMEMBER_COOKIE_DOMAIN": STRING,
            "REMEMBER_COOKIE_DURATION": SECONDS,
            "REMEMBER_COOKIE_HTTPONLY": FLAG,
            "REMEMBER_COOKIE_NAME": STRING,
            "REMEMBER_COOKIE_PATH": STRING,
            "REMEMBER_COOKIE_REFRESH_EACH_REQUEST": FLAG,
            "REMEMBER_COOKIE_SAMESITE": STRING,
            "REMEMBER_COOKIE_SECURE": FLAG,
            "SESSION_PROTECTION": STRING,
            "USE_SESSION_FOR_NEXT": FLAG,
        },
    ),
    "mail": CatalogEntry(
        "assembler.steps.catalog.mail",
        before=("health",),
        known_as=("mail", "mailman", "flask_mailman", "flask_mail"),
        config_keys={  # Flask-Mailman 1.1, "Configuration"
            "MAIL_BACKEND": None,  # a class, too
            "MAIL_DEFAULT_CHARSET": STRING,
            "MAIL_DEFAULT_SENDER": None,  # Flask-Mail takes a pair, too
            "MAIL_FILE_PATH": STRING,
            "MAIL_PASSWORD": STRING,
            "MAIL_PORT": INTEGER,
            "MAIL_SEND_OPTIONS": LIST,
            "MAIL_SERVER": STRING,
            "MAIL_SSL_CERTFILE": STRING,
            "MAIL_SSL_KEYFILE": STRING,
            "MAIL_TIMEOUT": SECONDS,
            "MAIL_USERNAME": STRING,
            "MAIL_USE_LOCALTIME": FLAG,
            "MAIL_USE_SSL": FLAG,
            "MAIL_USE_TLS": FLAG,
        },
    ),
    "metrics": CatalogEntry("assembler.steps.catalog.metrics"),  # it measures around all steps
    "migrate": CatalogEntry(
        "assembler.steps.catalog.migrate",
        after=("database",),
        needs=("database",),
        known_as=("migrate", "flask_migrate"),
    ),
    "mounts": CatalogEntry(  # outside of what only the app itself needs, inside of `proxy_fix`
        "assembler.steps.catalog.mounts", known_as=("mounts",)
    ),
    "openapi": CatalogEntry(
        "assembler.steps.catalog.openapi",
        known_as=("openapi", "smorest", "flask_smorest"),
        config_keys={  # flask-smorest 0.47, its code
            "API_SPEC_OPTIONS": MAPPING,
            "API_TITLE": STRING,
            "API_VERSION": STRING,
            "OPENAPI_JSON_PATH": STRING,
            "OPENAPI_RAPIDOC_CONFIG": MAPPING,
            "OPENAPI_RAPIDOC_PATH": STRING,
            "OPENAPI_RAPIDOC_URL": STRING,
            "OPENAPI_REDOC_PATH": STRING,
            "OPENAPI_REDOC_URL": STRING,
            "OPENAPI_SWAGGER_UI_CONFIG": MAPPING,
            "OPENAPI_SWAGGER_UI_PATH": STRING,
            "OPENAPI_SWAGGER_UI_URL": STRING,
            "OPENAPI_URL_PREFIX": STRING,
            "OPENAPI_VERSION": STRING,
        },
    ),
    "otel": CatalogEntry(
        "assembler.steps.catalog.otel",
        after=("logging", "request_id", "database", "redis"),
        known_as=("otel", "opentelemetry", "telemetry", "tracing"),
    ),
    "prometheus": CatalogEntry(  # its hook sees what is sent only if it comes after `compress`
        after=("compress", "request_id"),
        known_as=("metrics", "prometheus", "prometheus_flask_exporter"),
    ),
    "proxy_fix": CatalogEntry(
        "assembler.steps.catalog.proxy_fix", known_as=("proxy_fix", "ProxyFix")
    ),
    "queue": CatalogEntry(after=("redis",), before=("health",), known_as=("queue", "tasks")),
    "redis": CatalogEntry("assembler.steps.catalog.redis", before=("health",), known_as=("redis",)),
    "request_id": CatalogEntry(
        "assembler.steps.catalog.request_id",
        after=("logging",),
        known_as=("request_id", "request_ids"),
    ),
    "search": CatalogEntry(after=("database", "store"), known_as=("search",)),
    "secret_key": CatalogEntry("assembler.steps.catalog.secret_key", known_as=("secret_key",)),
    "security_headers": CatalogEntry(
        "assembler.steps.catalog.security_headers", known_as=("security_headers",)
    ),
    "seeds": CatalogEntry(after=("database", "migrate", "store"), known_as=("seed", "seeds")),
    "sentry": CatalogEntry(
        "assembler.steps.catalog.sentry",
        after=("logging", "request_id"),
        known_as=("sentry", "sentry_sdk"),
        config_keys={"SENTRY_DSN": URL},
    ),
    "session": CatalogEntry(  # which may be kept in any of these
        "assembler.steps.catalog.session",
        after=("secret_key", "database", "redis", "cache"),
        needs=("database",),  # if it is kept there
        known_as=("session", "sessions", "flask_session"),
    ),
    "socketio": CatalogEntry(  # before `metrics`, a connection would be a request that failed
        "assembler.steps.catalog.socketio",
        after=("redis", "session", "login", "metrics"),
        known_as=("socketio", "flask_socketio"),
    ),
    "storage": CatalogEntry(
        "assembler.steps.catalog.storage",
        after=("redis",),
        before=("health",),
        known_as=("storage",),
    ),
    "store": CatalogEntry(after=("logging",), before=("health",), known_as=("store", "datastore")),
    "talisman": CatalogEntry(known_as=("talisman", "flask_talisman")),
    "templates": CatalogEntry(known_as=("templates", "jinja")),
    "timezone": CatalogEntry("assembler.steps.catalog.timezone", known_as=("timezone",)),
    "warnings": CatalogEntry("assembler.steps.catalog.warnings", known_as=("warnings",)),
}

CATALOG = FormTable(
    CatalogStep,
    "STEP",
    {name: entry.module for name, entry in TABLE.items() if entry.module},
    GROUP,
)
get_catalog_step, find_catalog_names = CATALOG.get, CATALOG.find_names

UNKNOWN = CatalogEntry()
KNOWN_AS = {known: name for name, entry in TABLE.items() for known in entry.known_as}


def find_known_names(words: tuple[str, ...]) -> list[str]:
    """Return what a project's own step is a version of, by the names of the step and its module."""
    return [KNOWN_AS[word] for word in words if word in KNOWN_AS]


def find_row(use: str) -> CatalogEntry:
    """Return what is known of what a step uses; an empty row for what no catalogue has."""
    row = TABLE.get(use, UNKNOWN)
    if row.module or not is_catalog_name(use):
        return row
    try:
        step = get_catalog_step(use)
    except KeyError:
        return row
    return row._replace(
        after=row.after + step.after, before=row.before + step.before, needs=step.needs
    )


def find_earlier(uses: Iterable[str]) -> dict[str, list[str]]:
    """Return, of what the steps of a list use, which must come before which, by the later."""
    rows = {use: row for use in uses if (row := find_row(use)) is not UNKNOWN}
    found: dict[str, set[str]] = {}
    for use, row in rows.items():
        found.setdefault(use, set()).update(row.after)
        for later in row.before:
            found.setdefault(later, set()).add(use)
    return {use: [other for other in rows if other in found[use]] for use in rows}
