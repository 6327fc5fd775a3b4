"""Define gunicorn's worker for profiles that gevent patches."""

from __future__ import annotations

import socket
from typing import Any

import gevent.socket
from gunicorn.workers.ggevent import GeventWorker as BaseWorker

from assembler.runners.gunicorn_worker import BootingWorker

__all__ = ["GeventWorker"]


class GeventWorker(BootingWorker, BaseWorker):
    """gunicorn's gevent worker, patched as the profile says."""

    def patch(self) -> None:
        """Patch the process; called after the fork and before the app is loaded."""
        self.app.patch()
        listeners: list[Any] = list(self.sockets)  # gunicorn's own class around a socket
        self.sockets = [
            gevent.socket.socket(listener.FAMILY, socket.SOCK_STREAM, fileno=listener.sock.detach())
            for listener in listeners
        ]
