"""Define gunicorn's worker for profiles that gevent does not patch."""

from __future__ import annotations

import io
import selectors
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

from gunicorn.workers.base import Worker
from gunicorn.workers.gthread import TConn
from gunicorn.workers.gthread import ThreadWorker as BaseWorker

from assembler.database.bounded import start_call
from assembler.runners.gunicorn_worker import BootingWorker

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

__all__ = ["LIMIT_HEAD_SECONDS", "ThreadWorker"]

LIMIT_HEAD_SECONDS = 10.0  # from the connection, or the first byte of a later request
LIMIT_STOP_SECONDS = 2.0  # the same once the worker ends, as gunicorn's own for idle connections
LIMIT_HEAD_BYTES = 1024 * 1024  # the parser refuses what is longer than its own limits by then
CHUNK_BYTES = 65536
END_OF_HEAD = b"\r\n\r\n"


class _Head(NamedTuple):
    """What has arrived of the head of a request, and when its time began."""

    received: bytearray
    started: float


class ThreadWorker(BootingWorker, BaseWorker):
    """gunicorn's threaded worker; other patches than gevent's are applied as it loads the app.

    The head of a request is received in the loop that accepts connections: in gunicorn's own
    worker, each client that says nothing, or half of it, takes one of its few threads.
    """

    def __init__(self, *args: Any) -> None:  # noqa: ANN401 - gunicorn's
        """Wait for no head yet."""
        super().__init__(*args)
        self._heads: dict[Any, _Head] = {}  # of connections, those that have waited longest first

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at once, without gunicorn's `tpool.shutdown`: what is interrupted may hold its lock.

        Python ends the pool's threads when it ends.
        """
        if not self.booted:
            self._leave()
        Worker.handle_quit(self, sig, frame)

    def begin_hearing(self) -> None:
        """Hear the master in the loop that accepts connections."""
        self._all_sockets = list(self.sockets)
        self._management_pool = ThreadPoolExecutor(1)  # it has no thread until it is used
        self.poller.register(self._master, selectors.EVENT_READ, self._hear)

    def call_soon(self, call: Callable[[], object]) -> None:
        """Have ``call`` made in a thread of its own, which the loop starts: the signal cannot."""
        self.method_queue.defer(start_call, call, "assembler-ending")

    def keep_connections(self, *, keep: bool) -> None:
        """Let answers announce that the connection stays open, or the contrary."""
        self.max_keepalived = self.cfg.worker_connections - self.cfg.threads if keep else 0

    def accept_at(self, listeners: list[int]) -> None:
        """Accept connections at these of the sockets."""
        super().set_accept_enabled(enabled=False)
        self.sockets = [self._all_sockets[one] for one in listeners]
        # The loop enables it again as long as there is room for connections.

    def set_accept_enabled(self, enabled: bool | None) -> None:  # noqa: FBT001 - gunicorn's
        """Accept connections or not; once the worker ends, take those that wait and no more."""
        super().set_accept_enabled(enabled)
        if self.alive:
            return
        self.obey()  # whether others accept now: that was said before the signal
        for listener in self.sockets:
            count = -1
            while count < self.nr_conns < self.worker_connections:
                count = self.nr_conns
                self.accept(listener)
        for listener in self._all_sockets:
            listener.close()

    def serve_one(self, client: Any, peer: Any, server: Any) -> None:  # noqa: ANN401 - gunicorn's
        """Answer one request of ``client``, in this thread."""
        connection = TConn(self.cfg, client, peer, server)
        self.handle(connection)
        connection.close()

    def enqueue_req(self, conn: Any) -> None:  # noqa: ANN401 - gunicorn's
        """Have a request answered by a thread, once its head is here."""
        if self.cfg.is_ssl or getattr(self.cfg, "http2_cleartext", "off") != "off":
            self._submit(conn)  # only gunicorn can read these
            return
        conn.init()
        conn.data_ready = True
        conn.sock.settimeout(0)
        unreader = conn.parser.unreader
        head = _Head(bytearray(unreader.buf.getvalue()), time.monotonic())
        unreader.buf = io.BytesIO()
        if self._receive(conn, head.received):
            self._submit(conn)
        else:
            self._heads[conn] = head
            self.poller.register(conn.sock, selectors.EVENT_READ, lambda _: self._go_on(conn))

    def _submit(self, conn: Any) -> None:  # noqa: ANN401 - gunicorn's
        """Have a thread answer; management has one of its own, if the app's are all taken."""
        if self.management_address is None or conn.server != self.management_address:
            super().enqueue_req(conn)
            return
        future = self._management_pool.submit(self.handle, conn)
        future.add_done_callback(
            lambda done: self.method_queue.defer(self.finish_request, conn, done)
        )

    def _go_on(self, conn: Any) -> None:  # noqa: ANN401 - gunicorn's
        head = self._heads[conn].received
        # Not all of it at each of many small parts; its end may come in two.
        if self._receive(conn, head, max(0, len(head) - len(END_OF_HEAD) + 1)):
            self._forget(conn)
            self._submit(conn)

    def _receive(self, conn: Any, head: bytearray, looked_at: int = 0) -> bool:  # noqa: ANN401 - gunicorn's
        """Receive more of a head; return whether a thread can read it without waiting.

        The end of the head is not in the bytes that were looked at.
        """
        try:
            chunk = conn.sock.recv(CHUNK_BYTES)
        except BlockingIOError:
            chunk = None
        except OSError:
            chunk = b""  # the thread meets it again
        head += chunk or b""
        has_end = head.find(END_OF_HEAD, looked_at) >= 0
        is_whole = chunk == b"" or has_end or len(head) > LIMIT_HEAD_BYTES
        if is_whole:
            conn.parser.unreader.unread(bytes(head))
        return is_whole

    def _forget(self, conn: Any) -> None:  # noqa: ANN401 - gunicorn's
        del self._heads[conn]
        self.poller.unregister(conn.sock)

    def murder_keepalived(self, **options: bool) -> None:
        """Close the connections that have been idle, or amid a head, for too long."""
        super().murder_keepalived(**options)
        limit = LIMIT_HEAD_SECONDS if self.alive else LIMIT_STOP_SECONDS
        for conn, head in list(self._heads.items()):
            if time.monotonic() - head.started < limit and not any(options.values()):
                break
            self._forget(conn)
            self.nr_conns -= 1
            conn.close()

    def _hear(self, _file: object) -> None:
        self.obey()
        if self._master.is_closed:
            self.poller.unregister(self._master)
