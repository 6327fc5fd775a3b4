"""Errors are reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sentry_sdk
from celery.app import trace
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.flask import FlaskIntegration
from sentry_sdk.integrations.redis import RedisIntegration
from sentry_sdk.integrations.sqlalchemy import SqlalchemyIntegration

from by_hand.ext_celery import celery

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Report where there is somebody to report to."""
    if not app.config["SENTRY_DSN"]:
        return
    sentry_sdk.init(
        app.config["SENTRY_DSN"],
        integrations=[
            FlaskIntegration(),
            CeleryIntegration(),
            RedisIntegration(),
            SqlalchemyIntegration(),
        ],
        auto_enabling_integrations=False,
        release=app.config["VERSION"],
        environment=app.config["SERVICE_NAME"],
    )
    for name, task in celery.tasks.items():  # that a worker has prepared before the fork
        task.__trace__ = trace.build_tracer(name, task, celery.loader, app=celery)
