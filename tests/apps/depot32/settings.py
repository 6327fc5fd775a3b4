"""The settings, each overridable by a variable with the prefix `DEPOT32_`."""

from __future__ import annotations

__all__ = ["Settings"]


class Settings:
    """What a developer's machine runs with."""

    FEATURES = ("labels", "search")
    GATES = ("north", "south")
    LABELS_FOLDER = "labels"
    LOG_LEVEL = "INFO"
    MAIL_SENDER = "parcels@depot32.example"
    QUEUE_LENGTH = 100
    RATES = {"letter": 120, "parcel": 490}  # noqa: RUF012 - read by Flask, written by nobody
    SECRET_KEY = "for development only"  # noqa: S105 - an app of the tests, never deployed
    SHOP_ORIGINS = "https://shop.example"
    TIMEZONE = "Europe/Berlin"
