"""Celery, bound to the app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celery import Celery, Task

from big28.ordering import require_steps

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> Celery:
    """Make the Celery app; its tasks write to the log, so that must be there."""
    require_steps(app, "celery", "redis", "logstore")

    class AppTask(Task):  # type: ignore[misc]  # celery has no types
        """A task that runs inside a context of the app."""

        def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - a task takes and gives anything
            with app.app_context():
                return self.run(*args, **kwargs)

    celery = Celery(app.name, task_cls=AppTask, broker=app.config["CELERY_BROKER_URL"])
    celery.conf.update(task_always_eager=app.config["CELERY_EAGER"], imports=["big28.receipts"])
    celery.set_default()
    app.extensions["celery"] = celery
    return celery
