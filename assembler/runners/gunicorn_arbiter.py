"""Define gunicorn's master: no edit ends it, since it keeps generations of workers."""

from __future__ import annotations

import logging
import os
import queue
import sys
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from gunicorn.errors import HaltServer

from assembler.rendering.boot import build_timeout_fault
from assembler.rendering.console import write_diagnostics, write_error
from assembler.report import RESCUE, Boot
from assembler.runners.boot_watch import find_doing
from assembler.runners.console_address import Openings
from assembler.runners.control_requests import obey
from assembler.runners.control_server import ControlServer, find_places
from assembler.runners.generation import Generation
from assembler.runners.gunicorn_application import STATUS_DEFECT, STATUS_FAULT, Application
from assembler.runners.gunicorn_boots import Boots
from assembler.runners.gunicorn_generations_arbiter import GenerationsArbiter
from assembler.runners.last_good import read_texts
from assembler.runners.masked_log import mask_record
from assembler.runners.profile_watch import INTERVAL_SECONDS, build_watch
from assembler.runners.reload_request import Request
from assembler.runners.reloading import Reloader
from assembler.runners.server_lines import format_master_lines
from assembler.runners.server_metrics import ServerMetrics
from assembler.runners.service_manager import ServiceManager
from assembler.runners.start_fault import build_start_fault
from assembler.runners.waiting import Waiter

if TYPE_CHECKING:
    from assembler.runners.canary_task import Lint

__all__ = ["Arbiter"]

WAIT_SECONDS = 1.0
BUSY_WAIT_SECONDS = 0.05  # while something is decided by time
REASONS = {STATUS_FAULT: "Worker failed to boot.", STATUS_DEFECT: "App failed to load."}


class Arbiter(GenerationsArbiter):
    """The master."""

    is_interrupted = False

    def __init__(self, application: Application, lint: Lint | None = None) -> None:
        """Load the application's settings.

        Args:
            application: The first generation.
            lint: What checks an edited profile; see `assembler.runners.canary.Task`.

        Raises:
            ProfileError: if they name something that gunicorn cannot load.
        """
        kind = RESCUE if application.serving.is_rescue else "boot"
        application.boot = Boot(kind, generation=1)
        self._serving = application.serving
        self.boots = Boots()
        self._waiter = Waiter()
        self._control: ControlServer | None = None  # once the sockets are open
        self.openings = Openings()
        self.service = ServiceManager(os.environ)
        self.metrics = application.metrics = ServerMetrics(application.serving)
        if application.cfg.preload_app:
            self.metrics.prepare(application.serving, application.cfg)
        try:
            super().__init__(application)
            logging.getLogger("gunicorn.error").addFilter(mask_record)
            format_master_lines(application.serving.loaded.plan)
        except Exception as error:  # what it refuses, and what the project's classes raise
            raise build_start_fault(application.serving, error) from error
        self.current = Generation(application, [], watch=build_watch(application.serving))
        with suppress(OSError):  # it has been removed meanwhile
            self.current.texts = read_texts(application.serving.loaded)
        self.reloader = Reloader(self, lint)
        # How SIGUSR2 starts the next master: run as a file, our modules would shadow Python's.
        self.START_CTX["args"] = [sys.executable, "-m", "assembler", *sys.argv[1:]]

    def start(self) -> None:
        """Open the sockets."""
        with self.service.alone():
            super().start()
        self.current.listeners = self.LISTENERS
        plan, where = self._serving.loaded.plan, str(self._serving.binds[0])
        places = find_places(plan.profile, where, self._serving.loaded.root)
        self._control = ControlServer(places, partial(obey, self, self.reloader))
        self.tell(f"Control socket: {self._control.render_place()}")

    def init_signals(self) -> None:
        """Set gunicorn's handlers, and wake the loop whatever it waits for."""
        super().init_signals()
        self._waiter.wake_on_signals()

    # --- the loop

    def wait_for_signals(self, timeout: float | None = WAIT_SECONDS) -> list[int]:
        """Wait for signals, messages of workers, and whatever else there is to do."""
        links = [worker.link for worker in self.WORKERS.values()]
        links += [] if self.reloader.canary is None else [self.reloader.canary.link]
        files = [link for link in links if not link.is_closed]
        files += [] if self._control is None else self._control.files
        is_busy = self.reloader.is_busy or not self.SIG_QUEUE.empty()
        idle = INTERVAL_SECONDS if self.current.watch is not None else timeout or WAIT_SECONDS
        if self._drains_until is not None:
            idle = min(idle, max(0, self._drains_until - time.monotonic()))
        idle = min(idle, self.service.watchdog_seconds or idle)
        self._waiter.wait(files, BUSY_WAIT_SECONDS if is_busy else idle)
        found: list[int] = []
        with suppress(queue.Empty):
            while True:
                found.append(self.SIG_QUEUE.get_nowait())
        return [one for one in found if one != self.WAKEUP_REQUEST]

    def manage_workers(self) -> None:
        """Keep the number of workers, look after those that boot, and go on with a reload.

        Raises:
            StopIteration: if readiness has been 503 for long enough; as gunicorn ends its loop.
        """
        if self._drains_until is not None and time.monotonic() >= self._drains_until:
            raise StopIteration
        self.hear_workers()
        if self._control is not None:
            self._control.step()
        watch = (self.reloader.candidate or self.current).watch
        if watch is not None and watch.has_changed():
            self.reloader.ask(Request())
        self.boots.look(self.WORKERS, lambda worker: worker.generation.profile)
        if not self.boots.is_gathering:
            self.openings.tell(self.current)
        self._end_late_workers()
        self.reloader.step()
        self._tell_service()
        for generation in filter(None, (self.current, self.reloader.candidate)):
            workers = self.find_workers(generation)
            wanted = self.find_wanted(generation)
            for worker in sorted(workers, key=lambda one: one.age)[: max(0, len(workers) - wanted)]:
                self.end_worker(worker)
            if time.monotonic() >= generation.delay.until:
                for _ in range(wanted - len(workers)):
                    if not self.spawn(generation):
                        break

    def _tell_service(self) -> None:
        """Tell systemd once all workers are ready, and that they are alive."""
        ready = [one for one in self.find_workers(self.current) if one.is_ready]
        if len(ready) >= self.num_workers:
            self.service.note_ready()
        now = time.monotonic()
        self.service.note_beats([now - worker.tmp.last_update() for worker in ready])

    def hear_workers(self) -> None:
        """Take note of what the workers say; those of the current generation serve at once."""
        for worker in list(self.WORKERS.values()):
            for message in worker.link.receive():
                if "ready" in message:
                    worker.is_ready = True
                    self.metrics.outcomes.count("boot", "ok")
                    worker.generation.report = message["ready"]
                    worker.generation.delay.end()
                    if worker.generation is self.current:
                        self.let_go([worker])
                        if not self.current.was_ready:
                            self.current.was_ready, self.current.since = True, time.time()
                            self.note_serving()
                elif "parked" in message:
                    worker.is_parked = message["parked"]
                elif "failed" in message:
                    worker.generation.failure = message["failed"]

    def note_serving(self) -> None:
        """Note that the first worker serves: what there is to open is told below the report."""
        self.openings.is_due = True

    def _end_late_workers(self) -> None:
        """End the workers that take too long to boot.

        Raises:
            HaltServer: if none has booted yet.
        """
        for worker in self.find_workers(self.current):
            if not self.is_late(worker):
                continue
            limit = worker.generation.profile.server.boot_timeout
            doing = find_doing(worker.progress, worker.generation.profile)
            write_diagnostics([build_timeout_fault(doing.what, doing.place, limit)])
            if not self.current.was_ready and not self.rescue():
                reason = "Worker did not boot in time."
                raise HaltServer(reason, STATUS_FAULT)
            self.metrics.outcomes.count("boot", "failed")
            self.end_worker(worker)
            self.current.delay.extend()

    # --- workers

    def note_spawn_failure(self, error: Exception) -> None:
        """Try again later, or refuse the reload that needs it.

        Raises:
            HaltServer: if no worker has booted yet.
        """
        generation = self.reloader.candidate or self.current
        found = build_start_fault(generation.application.serving, error).diagnostics
        if self.reloader.candidate is not None:
            self.reloader.refuse_for(found)
            return
        write_diagnostics(found)
        if not self.current.was_ready:
            reason = "Worker failed to start."
            raise HaltServer(reason, STATUS_FAULT) from error
        seconds = self.current.delay.extend()
        self.log.error("A worker could not be started, next try in %g s", seconds)

    def close_inherited(self, own: Generation | None = None) -> None:
        """Close in a child what is the master's alone, and sockets of other generations."""
        keep = [] if own is None else own.listeners
        for generation in self.reloader.generations:
            for listener in generation.listeners:
                if listener not in keep:
                    listener.close()
        self._waiter.close()
        if self._control is not None:
            self._control.close(is_ours=False)
        for worker in self.WORKERS.values():
            worker.link.close()
        if self.reloader.canary is not None:
            self.reloader.canary.link.close()

    def note_child_end(self, pid: int, how: str) -> None:
        """Note the end of a child that is no worker."""
        self.reloader.note_child_end(pid, how)

    def note_worker_end(self, worker: Any, code: int, how: str) -> None:  # noqa: ANN401 - gunicorn's
        """Make another one in its place, or see what its end means for a reload.

        Raises:
            HaltServer: if it cannot boot, and none ever has.
        """
        generation = worker.generation
        is_expected = worker.is_ending or (code == 0 and worker.is_ready)
        if not is_expected:
            self.log.error("Worker (pid:%s) ended with %s", worker.pid, how)
        if worker.is_ending:
            return
        if not worker.is_ready:
            self.metrics.outcomes.count("boot", "failed")
        said, generation.failure = (generation.failure or "").rstrip(), None
        if generation is self.current and said:
            write_error(said)
        if generation is self.current and not generation.was_ready and code in REASONS:
            if self.rescue():
                return
            raise HaltServer(REASONS[code], code)
        if generation is self.current and not worker.is_ready:
            seconds = generation.delay.extend()
            self.log.error("It could not boot, next try in %g s", seconds)
        if code != 0 or not worker.is_ready:
            self.reloader.note_worker_end(generation, how, said)

    # --- signals

    def handle_hup(self) -> None:
        """Reload, without a break."""
        self.reloader.ask(Request())

    def handle_term(self) -> None:
        """Let readiness be 503 for a while, and end then; a second signal ends it at once."""
        seconds = self.current.profile.server.drain_seconds
        if self._drains_until is not None or seconds == 0 or not self.current.was_ready:
            super().handle_term()
        self.service.note_stopping()
        self.reloader.close()
        self.drain(seconds)

    def stop(self, graceful: bool = True) -> None:  # noqa: FBT001, FBT002 - gunicorn's signature
        """End the workers, even if a second one reports meanwhile that it cannot boot."""
        self.service.note_stopping()
        if self.reloader.parked is not None:  # whoever has a socket last takes what waits there
            self.resume(self.reloader.parked)
        self.reloader.stop()
        if self._control is not None:
            self._control.close()
        self.boots.flush()
        for worker in self.WORKERS.values():
            worker.is_ending = True
        super().stop(graceful)
        self.metrics.remove()

    def handle_int(self) -> None:
        """Remember that it was Ctrl-C."""
        self.is_interrupted = True
        super().handle_int()
