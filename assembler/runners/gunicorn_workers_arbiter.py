"""Define the part of gunicorn's master that makes workers of generations, and ends them."""

from __future__ import annotations

import os
import signal
import time
import traceback
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from gunicorn import arbiter

from assembler.rendering.console import write_error
from assembler.runners.gunicorn_worker import ENDING_SIGNALS
from assembler.runners.request_counts import Counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assembler.runners.generation import Generation
    from assembler.runners.gunicorn_boots import Boots
    from assembler.runners.server_metrics import ServerMetrics

__all__ = ["WorkersArbiter"]


class WorkersArbiter(arbiter.Arbiter):
    """A master whose workers belong to generations."""

    # gunicorn's types know neither our workers nor that these are set.
    WORKERS: dict[int, Any]  # type: ignore[misc]
    LISTENERS: Any  # type: ignore[misc]
    worker_class: Any
    log: Any
    boots: Boots
    metrics: ServerMetrics
    _drains_until: float | None = None  # of `time.monotonic`, once told to end

    def tell(self, text: str) -> None:
        """Write what is worth knowing."""
        self.log.info("%s", text)

    def find_workers(self, generation: Generation) -> list[Any]:
        """Return the workers of a generation that are to stay."""
        workers = self.WORKERS.values()
        return [one for one in workers if one.generation is generation and not one.is_ending]

    def is_late(self, worker: Any) -> bool:  # noqa: ANN401 - of gunicorn's
        """Return whether a worker has taken longer to boot than it may."""
        limit = worker.generation.profile.server.boot_timeout
        late = time.monotonic() - worker.progress.started > limit
        return late and not worker.progress.is_done and not worker.is_ending

    def count_requests(self, generation: Generation) -> Counts:
        """Return how many requests the workers of a generation have answered."""
        counts = (worker.counts.read() for worker in self.find_workers(generation))
        return sum(counts, Counts())

    def let_go(self, workers: list[Any]) -> None:
        """Let workers that are ready accept connections."""
        for worker in workers:
            worker.link.send(do="go")
            if self._drains_until is not None:
                worker.link.send(do="drain")

    def drain(self, seconds: float) -> None:
        """Let readiness be 503 for so long, also that of workers to come."""
        self._drains_until = time.monotonic() + seconds
        for worker in self.WORKERS.values():
            worker.link.send(do="drain")
        self.tell(f"Draining for {seconds:g} s: not ready any more, and still accepting")

    def park(self, generation: Generation, listeners: list[Any]) -> None:
        """Stop a generation from accepting connections but at addresses that only it has."""
        kept = [i for i, one in enumerate(generation.listeners) if one not in listeners]
        for worker in self.find_workers(generation):
            worker.link.send(do="park", at=kept)

    def resume(self, generation: Generation) -> None:
        """Let a parked generation accept connections again."""
        for worker in self.find_workers(generation):
            worker.link.send(do="resume", at=list(range(len(generation.listeners))))

    def end_worker(self, worker: Any) -> None:  # noqa: ANN401 - of gunicorn's
        """Tell a worker to finish what it has, and to leave."""
        worker.is_ending = True
        worker.link.send(do="park", at=[])  # gevent's notices a signal only every second
        self.kill_worker(worker.pid, signal.SIGTERM)

    def spawn(self, generation: Generation) -> bool:
        """Fork a worker of a generation; return whether that was possible."""
        application = generation.application
        self.metrics.prepare(application.serving, application.cfg)
        application.metrics = self.metrics
        with self._acting_for(generation):
            return self.spawn_worker() != 0

    def spawn_worker(self) -> int:
        """Fork a worker; a signal for it waits until it has its own handlers."""
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
        try:
            pid: int = super().spawn_worker()
            self.WORKERS[pid].note_forked()
        except Exception as error:  # no process to have, or a hook of the profile's
            if os.getpid() != self.pid:
                raise
            self.note_spawn_failure(error)
            return 0
        else:
            return pid
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING_SIGNALS)

    @contextmanager
    def _acting_for(self, generation: Generation) -> Iterator[None]:
        """Be what `spawn_worker` reads of a generation, its workers' class first of all."""
        cfg = generation.application.cfg
        given = (self.app, self.cfg, self.LISTENERS, self.timeout, self.worker_class)
        self.app, self.cfg, self.LISTENERS = generation.application, cfg, generation.listeners
        self.timeout = cfg.timeout
        self.worker_class = self._make_class(generation)
        try:
            yield
        finally:
            self.app, self.cfg, self.LISTENERS, self.timeout, self.worker_class = given

    def _make_class(self, generation: Generation) -> Callable[..., Any]:
        """Return what makes a worker that knows its generation."""

        def make(*args: Any) -> Any:  # noqa: ANN401 - gunicorn's
            worker: Any = generation.application.cfg.worker_class(*args)
            worker.generation = generation
            worker.close_inherited = partial(self.close_inherited, generation)
            return worker

        return make

    def kill_worker(self, pid: int, sig: int) -> None:
        """Send a worker a signal; one that boots gets a limit for leaving."""
        worker = self.WORKERS.get(pid)
        if sig in ENDING_SIGNALS and worker is not None:
            self.boots.note_told(worker)
        super().kill_worker(pid, sig)

    def reap_workers(self) -> None:
        """Reap the processes that have ended, and end those workers that cannot.

        Raises:
            HaltServer: if a worker cannot boot, and none ever has.
        """
        self.boots.kill_stuck(self.WORKERS, lambda worker: worker.generation.profile)
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            code = os.waitstatus_to_exitcode(status)
            how = f"signal {signal.Signals(-code).name}" if code < 0 else f"status {code}"
            if pid == self.reexec_pid:
                self.reexec_pid = 0
            elif pid in self.WORKERS:
                worker = self.WORKERS[pid]
                self.hear_workers()  # its last words
                del self.WORKERS[pid]
                worker.tmp.close()
                worker.link.close()
                with self.outliving_hook("child_exit"):
                    self.cfg.child_exit(self, worker)
                self.note_worker_end(worker, code, how)
            else:
                self.note_child_end(pid, how)

    @contextmanager
    def outliving_hook(self, name: str) -> Iterator[None]:
        """Write what a hook of the profile's raises, and go on: it may be new."""
        try:
            yield
        except Exception:  # noqa: BLE001 - the project's own code
            write_error(f"the hook `{name}` failed, and the server goes on")
            write_error(traceback.format_exc().rstrip())

    def hear_workers(self) -> None:
        """Take note of what the workers say."""
        raise NotImplementedError

    def note_spawn_failure(self, error: Exception) -> None:
        """Take note that a worker could not be made."""
        raise NotImplementedError

    def note_worker_end(self, worker: Any, code: int, how: str) -> None:  # noqa: ANN401 - gunicorn's
        """Take note that a worker has ended; ``code`` is negative for a signal."""
        raise NotImplementedError

    def note_child_end(self, pid: int, how: str) -> None:
        """Take note that a child has ended that is no worker."""
        raise NotImplementedError

    def close_inherited(self, own: Generation | None = None) -> None:
        """Close in a child what is the master's alone, and sockets of other generations."""
        raise NotImplementedError
