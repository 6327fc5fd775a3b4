"""Do next to nothing, many times: what a worker spends on a task is what is measured."""

from __future__ import annotations

from celery import shared_task
from flask import current_app

__all__ = ["DONE", "count"]

DONE = "shop:done"  # a list that gets an entry at the last task


@shared_task(name="shop.count", ignore_result=True)  # type: ignore[untyped-decorator]  # Celery has no types
def count(key: str, last: int) -> None:
    """Count one more, and tell whoever waits when all are done."""
    client = current_app.extensions["redis"]
    if client.incr(key) == last:
        client.rpush(DONE, key)
