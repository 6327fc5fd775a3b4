"""Define gunicorn's worker for profiles that gevent does not patch."""

from __future__ import annotations

import selectors
from typing import Any

from gunicorn.workers.gthread import TConn
from gunicorn.workers.gthread import ThreadWorker as BaseWorker

from assembler.runners.gunicorn_worker import BootingWorker

__all__ = ["ThreadWorker"]


class ThreadWorker(BootingWorker, BaseWorker):
    """gunicorn's threaded worker; other patches than gevent's are applied as it loads the app."""

    def begin_hearing(self) -> None:
        """Hear the master in the loop that accepts connections."""
        self._all_sockets = list(self.sockets)
        self.poller.register(self._master, selectors.EVENT_READ, self._hear)

    def keep_connections(self, *, keep: bool) -> None:
        """Let answers announce that the connection stays open, or the contrary."""
        self.max_keepalived = self.cfg.worker_connections - self.cfg.threads if keep else 0

    def accept_at(self, listeners: list[int]) -> None:
        """Accept connections at these of all sockets."""
        self.set_accept_enabled(enabled=False)
        self.sockets = [self._all_sockets[one] for one in listeners]
        # The loop enables it again as long as there is room for connections.

    def serve_one(self, client: Any, peer: Any, server: Any) -> None:  # noqa: ANN401 - gunicorn's
        """Answer one request of ``client``, in this thread."""
        connection = TConn(self.cfg, client, peer, server)
        self.handle(connection)
        connection.close()

    def _hear(self, _file: object) -> None:
        self.obey()
        if self._master.is_closed:
            self.poller.unregister(self._master)
