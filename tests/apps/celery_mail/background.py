"""Celery, bound to the app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celery import Celery, Task

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["bind_celery"]


def bind_celery(app: Flask) -> Celery:
    """Make the Celery app whose tasks run inside a context of `app`."""

    class ContextTask(Task):  # type: ignore[misc]  # celery has no types
        """A task with an app context."""

        def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - a task takes and gives anything
            with app.app_context():
                return self.run(*args, **kwargs)

    celery = Celery(app.import_name, task_cls=ContextTask)
    celery.config_from_object(app.config["CELERY"])
    celery.set_default()
    app.extensions["celery"] = celery
    return celery
