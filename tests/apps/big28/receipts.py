"""The task that sends a receipt."""

from __future__ import annotations

from celery import shared_task
from flask import current_app

__all__ = ["send_receipt"]


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]  # celery has no types
def send_receipt(order_id: int, item: str) -> None:
    """Mail the receipt of an order, and log that it went out."""
    current_app.extensions["mail"].send(f"order {order_id}", f"You ordered: {item}")
    current_app.extensions["logstore"].append(f"receipt of order {order_id}")
