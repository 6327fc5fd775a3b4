"""Define gunicorn's worker for profiles that gevent does not patch."""

from __future__ import annotations

from gunicorn.workers.gthread import ThreadWorker as BaseWorker

from assembler.runners.gunicorn_worker import BootingWorker

__all__ = ["ThreadWorker"]


class ThreadWorker(BootingWorker, BaseWorker):
    """gunicorn's threaded worker; other patches than gevent's are applied as it loads the app."""
