"""Assemble the app by hand."""

from __future__ import annotations

from flask import Flask

from depot32 import (
    ext_admin,
    ext_cache,
    ext_commands,
    ext_compress,
    ext_cors,
    ext_customers,
    ext_errors,
    ext_features,
    ext_gates,
    ext_health,
    ext_index,
    ext_json,
    ext_logging,
    ext_login,
    ext_mail,
    ext_metrics,
    ext_parcels,
    ext_prices,
    ext_proxy_fix,
    ext_queue,
    ext_rates,
    ext_request_ids,
    ext_search,
    ext_secret_key,
    ext_seeds,
    ext_sentry,
    ext_sessions,
    ext_storage,
    ext_store,
    ext_templates,
    ext_timezone,
    ext_tracing,
)

__all__ = ["EXTENSIONS", "create_app"]

# The order matters; do not sort.
EXTENSIONS = (
    ext_timezone,
    ext_secret_key,
    ext_json,
    ext_logging,
    ext_request_ids,
    ext_proxy_fix,
    ext_store,
    ext_seeds,
    ext_cache,
    ext_sessions,
    ext_login,
    ext_cors,
    ext_compress,
    ext_mail,
    ext_queue,
    ext_storage,
    ext_search,
    ext_rates,
    ext_metrics,
    ext_tracing,
    ext_sentry,
    ext_features,
    ext_templates,
    ext_errors,
    ext_health,
    ext_parcels,
    ext_customers,
    ext_gates,
    ext_prices,
    ext_admin,
    ext_commands,
    ext_index,
)


def create_app() -> Flask:
    """Make the app: the settings, `DEPOT32_` variables, and each module that is enabled."""
    app = Flask("depot32")
    app.config.from_object("depot32.settings.Settings")
    app.config.from_prefixed_env("DEPOT32")
    for extension in EXTENSIONS:
        is_enabled = getattr(extension, "is_enabled", None)
        if is_enabled is None or is_enabled():
            extension.init_app(app)
    return app
