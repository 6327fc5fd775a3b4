"""The newsletter's settings."""

from __future__ import annotations

__all__ = ["Settings", "TestSettings"]


class Settings:
    """What it runs with."""

    BROKER_URL = "memory://"
    MAIL_SENDER = "letters@newsletter.example"
    REDIS_URL = "redis://127.0.0.1:6399/0"


class TestSettings(Settings):
    """What its tests run with."""

    __test__ = False
    TESTING = True
