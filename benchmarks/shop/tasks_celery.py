"""Be what ``celery -A`` loads by hand, as Flask's documentation sets Celery up."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, Task
from flask import Flask
from redis import Redis

__all__ = ["celery"]


def create_app() -> Flask:
    """Make the app, its client of Redis, and Celery whose tasks run in the app's context."""
    app = Flask("benchmarks.shop")
    app.extensions["redis"] = Redis.from_url(os.environ["BROKER_URL"])

    class ContextTask(Task):  # type: ignore[misc]  # Celery has no types
        def __call__(self, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - as Celery has it
            with app.app_context():
                return self.run(*args, **kwargs)

    made = Celery(app.name, task_cls=ContextTask)
    made.conf.update(broker_url=os.environ["BROKER_URL"], include=["benchmarks.shop.tasks"])
    made.set_default()
    app.extensions["celery"] = made
    return app


celery: Celery = create_app().extensions["celery"]
