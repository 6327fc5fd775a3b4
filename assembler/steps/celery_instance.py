"""Keep the process's Celery instance, and the app in whose context its tasks run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from celery import Celery, Task
    from flask import Flask

__all__ = ["find_shared", "run_tasks_in", "share"]

_apps: WeakKeyDictionary[Any, Flask] = WeakKeyDictionary()  # by the Celery instance
_shared: list[Celery] = []
CONTEXT = "flask_app_context"  # where a task's request keeps it


def share(celery: Celery) -> None:
    """Let every app of this process take ``celery`` where its profile does not name one.

    A worker of Celery's has one instance, whose children make an app each.
    """
    _shared[:] = [celery]


def find_shared() -> Celery | None:
    """Return the instance that is shared, if there is one."""
    return _shared[0] if _shared else None


def run_tasks_in(app: Flask, celery: Celery) -> None:
    """Run the tasks of ``celery``, whatever their class, in the app context of ``app``."""
    from celery import signals  # noqa: PLC0415 - only a profile with the step needs Celery

    _apps[celery] = app
    signals.task_prerun.connect(_enter, dispatch_uid="assembler")
    signals.task_postrun.connect(_leave, dispatch_uid="assembler")


def _enter(*, task: Task, **_: Any) -> None:  # noqa: ANN401 - whatever the signal sends
    app = _apps.get(task.app)
    if app is not None:
        context = app.app_context()
        context.push()
        setattr(task.request, CONTEXT, context)


def _leave(*, task: Task, retval: object = None, **_: Any) -> None:  # noqa: ANN401 - as above
    context = getattr(task.request, CONTEXT, None)
    if context is not None:
        delattr(task.request, CONTEXT)
        context.pop(retval if isinstance(retval, BaseException) else None)
