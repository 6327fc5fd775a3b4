"""What the shop is told."""

from __future__ import annotations

from pydantic import BaseModel

SUBDOMAINS = ("www", "admin")


class Base:
    """Everywhere."""


class Development:
    """While it is built."""

    TESTING = True


class Production:
    """Where it is served."""

    TESTING = False


class Settings(BaseModel):
    """What must be there."""

    title: str = "The shop"


CONFIGS = {"development": Development, "production": Production}


def load(region: str = "eu") -> dict[str, object]:
    """Return what is told of a region."""
    return {"REGION": region}
