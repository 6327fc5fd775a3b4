"""Assemble the app, or the smaller one that only migrates, by hand."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["create_app", "create_flask", "create_migrations_app", "initialize"]


def create_app() -> Flask:
    """Make the whole app."""
    # Importing an extension module may already be costly, so the migrations do without.
    from big28 import (  # noqa: PLC0415 - see above
        ext_app_metrics,
        ext_blueprints,
        ext_celery,
        ext_code_based_extension,
        ext_commands,
        ext_compress,
        ext_database,
        ext_enterprise_telemetry,
        ext_forward_refs,
        ext_hosting_provider,
        ext_import_modules,
        ext_json,
        ext_logging,
        ext_login,
        ext_logstore,
        ext_mail,
        ext_migrate,
        ext_openapi,
        ext_otel,
        ext_proxy_fix,
        ext_redis,
        ext_request_logging,
        ext_sentry,
        ext_session_factory,
        ext_set_secretkey,
        ext_storage,
        ext_timezone,
        ext_warnings,
    )

    # The order matters; do not sort.
    extensions = (
        ext_timezone,
        ext_logging,
        ext_warnings,
        ext_import_modules,
        ext_json,
        ext_forward_refs,
        ext_set_secretkey,
        ext_compress,
        ext_code_based_extension,
        ext_database,
        ext_app_metrics,
        ext_migrate,
        ext_redis,
        ext_storage,
        ext_logstore,
        ext_celery,
        ext_login,
        ext_mail,
        ext_hosting_provider,
        ext_sentry,
        ext_proxy_fix,
        ext_blueprints,
        ext_commands,
        ext_openapi,
        ext_otel,
        ext_enterprise_telemetry,
        ext_request_logging,
        ext_session_factory,
    )
    app = create_flask()
    initialize(app, extensions)
    return app


def create_migrations_app() -> Flask:
    """Make the app that `flask db` needs: two steps of the same list."""
    from big28 import ext_database, ext_migrate  # noqa: PLC0415 - only what is needed

    app = create_flask()
    initialize(app, (ext_database, ext_migrate))
    return app


def create_flask() -> Flask:
    """Make the bare app with its config: the settings, then `BIG28_` variables."""
    app = Flask("big28")
    app.config.from_object("big28.settings.Settings")
    app.config.from_prefixed_env("BIG28")
    return app


def initialize(app: Flask, extensions: tuple[ModuleType, ...]) -> None:
    """Give the app to each module that is enabled, in this order."""
    for extension in extensions:
        started_seconds = perf_counter()
        is_enabled = getattr(extension, "is_enabled", None)
        if is_enabled is not None and not is_enabled():
            app.logger.debug("skipped %s", extension.__name__)
            continue
        extension.init_app(app)
        taken_ms = (perf_counter() - started_seconds) * 1000
        app.logger.debug("loaded %s in %.1f ms", extension.__name__, taken_ms)
