"""An order as the API writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from big28.account_schema import AccountOut

__all__ = ["OrderOut"]


class OrderOut(BaseModel):
    """One order; not complete until the step `forward_refs` says what an `AccountOut` is."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    item: str
    price_cents: int
    account: AccountOut
