"""An account as the API writes it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["AccountOut"]


class AccountOut(BaseModel):
    """An account without its token."""

    model_config = ConfigDict(from_attributes=True)

    name: str
