"""Make gunicorn's workers obey the master, leave cleanly while they boot, and close the app."""

from __future__ import annotations

import select
import signal
from functools import partial
from typing import TYPE_CHECKING, Any

from assembler.assembling.progress import Progress, record_boot
from assembler.database.bounded import start_call
from assembler.report import RejectedReload
from assembler.runners.management import ByAddress, Management, find_management_address
from assembler.runners.parent_death import die_with_parent
from assembler.runners.request_counts import RequestCounts
from assembler.runners.worker_link import Link

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

__all__ = ["ENDING_SIGNALS", "BootingWorker"]

ENDING_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
# What the master says.
GO, PARK, RESUME, DRAIN, NOTE_REJECTION = "go", "park", "resume", "drain", "note-rejection"


class BootingWorker:
    """What both kinds of worker share; comes before gunicorn's class in the bases.

    gunicorn's own worker only notes a signal that arrives while the app is loaded, and goes on
    loading: a step that waits for a database would keep the server from ending until it is killed.
    """

    app: Any
    cfg: Any
    log: Any
    sockets: list[Any]
    alive: bool
    booted: bool
    ppid: int
    wsgi: Any
    management: Management | None = None
    management_address: Any = None  # as its socket names it

    def __init__(self, *args: Any) -> None:  # noqa: ANN401 - gunicorn's
        """Share with the master what the boot is doing; called in the master."""
        super().__init__(*args)
        self.progress = Progress()
        self.counts = RequestCounts()
        self.link, self._master = Link.make_pair()  # the ends of the master and of the worker
        self._unheard: list[dict[str, Any]] = []  # what has arrived with what was waited for
        self.tell: Callable[..., None] = self._master.send_last
        self.is_canary = False
        self.close_inherited: Callable[[], None] = lambda: None  # what is the master's alone
        self.generation: Any = None
        self.is_ready = False
        self.is_ending = False  # the master has told it to
        self.is_parked = False

    def note_forked(self) -> None:
        """Close in the master what is the worker's alone."""
        self._master.close()

    def init_process(self) -> None:
        """Boot and serve; close what the app's steps opened, however the worker ends."""
        record_boot(self.progress)
        self.app.tell_master = self.tell
        if not self.is_canary:
            self.link.close()
            self.app.progress = self.progress
            self.close_inherited()
        self._die_with_master(signal.SIGKILL)
        self.cfg.set("post_request", self.counts.wrap_hook(self.cfg.post_request))
        # Until gunicorn sets its own, the handlers are the master's, which do nothing useful here.
        for number in ENDING_SIGNALS:
            signal.signal(number, self._leave)
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING_SIGNALS)
            super().init_process()  # type: ignore[misc]  # gunicorn's worker is the next base
        except Exception as error:
            if self.is_canary:
                raise
            if self.booted:
                self.app.fail(error)
            self.app.fail_to_start(error)
        finally:
            self.app.close()

    def init_signals(self) -> None:
        """Set gunicorn's handlers; the change of owner before this took back what was set."""
        self._die_with_master(signal.SIGKILL)
        super().init_signals()  # type: ignore[misc]  # as above

    def load_wsgi(self) -> None:
        """Load the app, and have assembler's own routes answer at the address of their own."""
        super().load_wsgi()  # type: ignore[misc]  # as above
        self.management = self.app.find_management()
        if self.management is not None and self.sockets:  # a canary has none
            self.management_address = find_management_address(self.sockets)
            self.wsgi = self.divide(self.wsgi, self.management)

    def divide(self, app: Any, management: Management) -> Any:  # noqa: ANN401 - WSGI apps
        """Return what answers for both, by the address of the connection."""
        return ByAddress(app, management, self.management_address)

    def become_canary(self, tell: Callable[..., None]) -> None:
        """Do not answer to a master from now on; call ``tell`` in its place."""
        self.is_canary = True
        self.tell = tell

    def run(self) -> None:
        """Serve once the master says so: the boot is over."""
        self.progress.finish()
        self._die_with_master(signal.SIGTERM)
        self._master.send(ready=self.app.describe())
        if self._wait_for_go():
            self.begin_hearing()
            self.obey()
            self.serve()

    def serve(self) -> None:
        """Serve until the worker is to end."""
        super().run()  # type: ignore[misc]  # as above

    def _wait_for_go(self) -> bool:
        """Wait until all workers of the generation are ready; return false if they never are."""
        while self.alive:
            select.select([self._master], [], [], 1.0)
            self._unheard += self._master.receive()
            while self._unheard:
                said = self._unheard.pop(0)["do"]
                if said == DRAIN:
                    self._drain()
                if said == GO:
                    return True
            if self._master.is_closed:
                break
        return False

    def obey(self) -> None:
        """Do what the master has said meanwhile."""
        said, self._unheard = self._unheard + self._master.receive(), []
        for message in said:
            if message["do"] in {PARK, RESUME}:
                self.keep_connections(keep=message["do"] == RESUME)
                self.accept_at(message["at"])
                self._master.send(parked=message["do"] == PARK)
            elif message["do"] == DRAIN:
                self._drain()
            elif message["do"] == NOTE_REJECTION:
                rejected = RejectedReload(message["digest"], message["reason"])
                start_call(partial(self.app.note_rejection, rejected), "assembler-rejection")

    def _drain(self) -> None:
        """Have whoever chooses among servers take another one; go on serving meanwhile."""
        self.app.note_drain()
        self.keep_connections(keep=False)

    def begin_hearing(self) -> None:
        """Call `obey` from now on when the master says something; each kind does it its way."""
        raise NotImplementedError

    def call_soon(self, call: Callable[[], object]) -> None:
        """Have ``call`` made beside the requests, from where a signal has interrupted; as above."""
        raise NotImplementedError

    def keep_connections(self, *, keep: bool) -> None:
        """Let answers announce that the connection stays open, or the contrary; as above.

        What was announced before is kept: a request may be under way already.
        """
        raise NotImplementedError

    def accept_at(self, listeners: list[int]) -> None:
        """Accept connections at these of the sockets and no others, as above."""
        raise NotImplementedError

    def serve_one(self, client: Any, peer: Any, server: Any) -> None:  # noqa: ANN401 - gunicorn's
        """Answer one request of ``client``, in this thread; as above."""
        raise NotImplementedError

    def _die_with_master(self, number: signal.Signals) -> None:
        """Not only look for the master now and then: a boot may block where nothing looks."""
        if not die_with_parent(number, self.ppid):
            self._leave()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop: at once while booting, later when the requests in flight are answered."""
        if not self.booted:
            self._leave()
        if self.alive:
            self.call_soon(self.app.begin_end)
        super().handle_exit(sig, frame)  # type: ignore[misc]  # as above

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at once."""
        if not self.booted:
            self._leave()
        super().handle_quit(sig, frame)  # type: ignore[misc]  # as above

    def _leave(self, _sig: int = 0, _frame: FrameType | None = None) -> None:
        # Python drops an exception that nobody can catch, as in a weak reference's callback: then
        # the boot goes on, and the worker must not serve when it is over.
        self.alive = False
        for listener in self.sockets:  # nobody accepts here, and leaving may take a while
            listener.close()
        if not self.progress.is_closing:  # else it ends by itself, when what it opened is closed
            raise SystemExit(0)
