"""The settings, each overridable by a variable with the prefix `BIG28_`."""

from __future__ import annotations

__all__ = ["Settings"]


class Settings:
    """What a developer's machine runs with."""

    CELERY_BROKER_URL = "memory://"
    CELERY_EAGER = True
    DEPLOY_ENV = "development"
    HOSTED_CREDITS = 200
    LOG_LEVEL = "INFO"
    MAIL_SENDER = "orders@big28.example"
    REDIS_URL = "redis://127.0.0.1:6399/0"
    REQUEST_LOGGING = True
    RESPECT_FORWARDED_HEADERS = True
    SECRET_KEY = "for development only\n"  # noqa: S105 - an app of the tests, never deployed
    SQLALCHEMY_DATABASE_URI = "sqlite://"
    STORAGE_PATH = "storage"
    TIMEZONE_OFFSET_MINUTES = 60
    VERSION = "2.8.0"
