"""The settings of the shop, of which some have no default."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Settings(BaseModel):
    """What must be set."""

    TITLE: str = Field(min_length=1)
    BASKET_DAYS: int
    CURRENCY: str


class Defaults(BaseModel):
    """What needs nobody."""

    TITLE: str = "Corner shop"
