"""Tasks, which run in the context of the app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from celery import Celery, Task

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["celery", "init_app"]

celery = Celery("store")


def init_app(app: Flask) -> None:
    """Configure Celery."""

    class AppTask(Task):
        """A task that has the app."""

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            with app.app_context():
                return self.run(*args, **kwargs)

    celery.Task = AppTask
    celery.conf.update(app.config["CELERY"])
    celery.set_default()
    app.extensions["celery"] = celery
