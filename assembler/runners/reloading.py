"""Take over an edited profile without a break: try it, boot it beside the old one, watch it.

One step at a time in the loop of gunicorn's master, which never waits here: a canary, then the new
workers beside the old ones, then the switch, then probation. A failure anywhere leaves the old
workers as they are, or brings them back.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from assembler.diagnostics.diagnostic import ProfileError
from assembler.language.environment import load_env_files, restoring_environment
from assembler.rendering.boot import build_timeout_fault
from assembler.report import Boot
from assembler.runners.boot_watch import find_doing
from assembler.runners.canary import Canary
from assembler.runners.canary_task import Task
from assembler.runners.generation import Generation
from assembler.runners.gunicorn_application import Application
from assembler.runners.last_good import keep_good, read_texts
from assembler.runners.loading import load_serving
from assembler.runners.new_listeners import listen, open_listeners
from assembler.runners.profile_watch import build_watch
from assembler.runners.reload_decisions import Decisions

if TYPE_CHECKING:
    from assembler.runners.canary_task import Lint
    from assembler.runners.loading import Serving
    from assembler.runners.master import Master
    from assembler.runners.reload_request import Request

__all__ = ["Reloader"]

# How many answers tell enough of a new generation before its probation is over.
ENOUGH_ANSWERS = 20
# How long a worker may take to stop accepting, before the reload is answered all the same.
LIMIT_STOP_SECONDS = 2.0


class Reloader(Decisions):
    """The reloads of one master."""

    def __init__(self, master: Master, lint: Lint | None) -> None:
        """Begin with nothing to do."""
        super().__init__(master)
        self._lint = lint
        self.parked: Generation | None = None  # it may come back
        self._probation_until = 0.0
        self._stopping: list[Any] | None = None  # workers that are to stop accepting
        self._stop_until = 0.0
        self.previous: Generation | None = None  # where a rollback goes

    @property
    def state(self) -> str:
        """What is under way: canary, booting, probation, or steady."""
        if self.canary is not None:
            return "canary"
        if self.candidate is not None:
            return "booting"
        return "steady" if self.parked is None else "probation"

    @property
    def generations(self) -> list[Generation]:
        """Those that have sockets open, the current one first."""
        return [one for one in (self._master.current, self.candidate, self.parked) if one]

    @property
    def is_busy(self) -> bool:
        """Whether there is something to look at soon."""
        return self._request is not None or self.parked is not None

    def step(self) -> None:
        """Go on as far as possible without waiting."""
        if self.canary is not None:
            self._look_at_canary(self.canary)
        if self.candidate is not None:
            self._look_at_candidate(self.candidate)
        if self._stopping is not None:
            self._look_at_stopping(self._stopping)
        if self.parked is not None:
            self._look_at_probation(self.parked)
        if self.parked is None:
            keep_good(self._master.current, self._master.log)
        if self._request is None and self._next is not None:
            request, self._next = self._next, None
            self._begin(request)

    def note_worker_end(self, generation: Generation, how: str, said: str) -> None:
        """Note that a worker has ended by itself, and what it has said."""
        if generation is self.candidate:
            self.refuse(f"a new worker ended: {how}", said)
        elif self.parked is not None and generation is self._master.current:
            self._take_back(f"a worker of the new generation ended: {how}")

    def note_child_end(self, pid: int, how: str) -> bool:
        """Note the end of a child; return whether it was the canary."""
        if self.canary is None or self.canary.pid != pid:
            return False
        self.canary.note_end(how)
        return True

    def close(self) -> None:
        """Begin nothing any more, and decide what has not gone beyond its canary."""
        self._is_ending = True
        if self.canary is not None:
            self.canary.end()
            self.canary = None
            assert self._request is not None
            self._turn_away(self._request)
            self._request = None
        if self._stopping is not None:
            self._stopping = None
            self._decide(None)
        if self._next is not None:
            self._turn_away(self._next)
            self._next = None

    def stop(self) -> None:
        """Leave nothing behind: the server ends."""
        self.close()
        for generation in self.generations:
            self._close_listeners(generation)

    # --- its steps

    def _begin(self, request: Request) -> None:
        self._request = request
        self._master.service.note_reloading()
        if self._master.current.watch is not None:
            self._master.current.watch.note()
        serving = None
        if request.kind == "rollback" and self.parked is not None:
            bad = self._master.current
            self._take_back("a rollback was asked for")  # its workers are still there
            self._master.metrics.outcomes.count("rollback", "ok")
            self._await_stop(bad)
            return
        if request.kind == "rollback":
            if self.previous is None:
                self.refuse("there is no generation before this one")
                return
            serving = self.previous.application.serving
        task = Task(self._master.current, request.kind, serving, self._lint, request.allow_degraded)
        try:
            self.canary = Canary.start(task, self._master.close_inherited)
        except OSError as error:
            self.refuse(f"the canary could not be started: {error.strerror}")

    def _look_at_canary(self, canary: Canary) -> None:
        canary.look()
        verdict = canary.verdict
        if verdict is None and canary.ended is not None:
            doing = find_doing(canary.progress, self._master.current.profile)
            self.refuse(f"the canary ended in {doing}: {canary.ended}")
        elif verdict is None and canary.is_late:
            limit = canary.limit_seconds
            doing = find_doing(canary.progress, self._master.current.profile)
            self.refuse_for([build_timeout_fault(doing.what, doing.place, limit)])
        elif verdict is not None and verdict["reason"] is not None:
            self.refuse(verdict["reason"], verdict["said"], verdict["digest"])
        elif verdict is not None:
            self._boot(verdict["digest"])

    def _boot(self, digest: str | None) -> None:
        """Boot the new generation, now that the canary has found it good."""
        assert self._request is not None
        request = self._request
        try:
            with restoring_environment():
                serving = self._load(request.kind)
                watch = build_watch(serving)
                if serving.loaded.plan.profile.composed.digest != digest:
                    self._forget_canary()
                    self._begin(request)  # it was edited meanwhile
                    return
                if self.parked is not None:  # at most two generations at a time
                    self._commit(self.parked)
                boot = Boot(request.kind, self._master.count_generations())
                application = Application(serving, boot)
                listeners = open_listeners(self._master, application)
                self.candidate = Generation(application, listeners, watch=watch)
                self.candidate.texts = read_texts(serving.loaded)
                is_rolling = serving.loaded.plan.profile.server.reload.rolling
                self.candidate.wanted = 1 if is_rolling else serving.workers
        except ProfileError as error:
            self.refuse_for(error.diagnostics, digest)
        except (OSError, SystemExit) as error:  # what gunicorn's settings refuse ends a process
            self.refuse(f"the new workers could not be started: {error}", digest=digest)
        else:
            self._forget_canary()

    def _load(self, kind: str) -> Serving:
        """Load what is to serve next; reads the files of the environment as well."""
        if kind == "rollback":
            assert self.previous is not None
            return self.previous.application.serving
        load_env_files()
        running = self._master.current.application.serving
        return load_serving(running.profile, running.overrides)

    def _look_at_candidate(self, candidate: Generation) -> None:
        workers = self._master.find_workers(candidate)
        late = next((one for one in workers if self._master.is_late(one)), None)
        if late is not None:
            self._master.metrics.outcomes.count("boot", "failed")
            doing = find_doing(late.progress, candidate.profile)
            limit = candidate.profile.server.boot_timeout
            self.refuse_for([build_timeout_fault(doing.what, doing.place, limit)])
            return
        ready = [one for one in workers if one.is_ready]
        if len(ready) < candidate.wanted:
            return
        if candidate.profile.server.reload.rolling and not self._roll(candidate, ready):
            return
        self._switch(candidate)

    def _roll(self, candidate: Generation, ready: list[Any]) -> bool:
        """Let the new workers serve; return whether they are all, else boot one more.

        An old one ends for each: see `Arbiter.find_wanted`.
        """
        self._let_go(candidate, ready)
        if candidate.wanted >= candidate.application.serving.workers:
            return True
        candidate.wanted += 1
        return False

    def _let_go(self, candidate: Generation, workers: list[Any]) -> None:
        """Let new workers accept connections."""
        known = self._master.current.listeners
        listen(one for one in candidate.listeners if one not in known)
        self._master.let_go(workers)

    def _switch(self, candidate: Generation) -> None:
        """Let the new workers accept, and the old ones stop."""
        master = self._master
        old, spec = master.current, candidate.profile.server.reload
        self._let_go(candidate, master.find_workers(candidate))
        candidate.was_ready, candidate.since = True, time.time()
        self.candidate = None
        master.make_current(candidate)
        self.parked = old
        seconds = spec.probation_seconds
        if seconds == 0 or spec.rolling or candidate.application.cfg.reuse_port:
            self._commit(old)
        else:
            master.park(old, candidate.listeners)
            self._probation_until = time.monotonic() + seconds
        master.tell(f"Generation {candidate.number} serves {candidate.profile.composed.digest}")
        master.openings.tell_console(candidate)
        self._tell_losses(old, candidate)
        self._await_stop(old)

    def _await_stop(self, old: Generation) -> None:
        """Answer once no worker of ``old`` accepts any more: who then asks, asks the new ones."""
        workers = self._master.WORKERS.values()
        self._stopping = [one for one in workers if one.generation is old and one.is_ready]
        self._stop_until = time.monotonic() + LIMIT_STOP_SECONDS

    def _look_at_stopping(self, stopping: list[Any]) -> None:
        running = self._master.WORKERS
        is_late = time.monotonic() >= self._stop_until  # it blocks, and is told when it does not
        if is_late or all(one.is_parked or one.pid not in running for one in stopping):
            self._stopping = None
            self._decide(None)

    def _look_at_probation(self, parked: Generation) -> None:
        counts = self._master.count_requests(self._master.current)
        is_over = time.monotonic() >= self._probation_until
        limit = self._master.current.profile.server.reload.max_errors
        if (is_over or counts.requests >= ENOUGH_ANSWERS) and counts.is_above(limit):
            reason = f"{counts.errors} of {counts.requests} answers had a status from 500"
            self._take_back(reason)
        elif is_over:
            self._commit(parked)

    def _commit(self, old: Generation) -> None:
        """End the old workers: there is no way back to them but a rollback."""
        self._master.metrics.outcomes.count(self._master.current.application.boot.kind, "ok")
        self.parked, self.previous = None, old
        self.end(old)

    def _take_back(self, reason: str) -> None:
        """Bring the parked workers back, and end the new ones."""
        assert self.parked is not None
        bad, old = self._master.current, self.parked
        self.parked = None
        self._master.make_current(old)
        self._master.resume(old)
        self.end(bad)
        kind = bad.application.boot.kind
        self._reject(kind, reason, "", bad.profile.composed.digest)
        self._master.metrics.outcomes.count(kind, "taken_back")
        what = f"generation {old.number} serves again"
        self._master.log.error("The %s was taken back, %s: %s", kind, what, reason)
        if self._stopping is not None:  # whoever has asked is not answered yet
            self._stopping = None
            self._decide(self.last_rejection)
