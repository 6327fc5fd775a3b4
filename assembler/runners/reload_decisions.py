"""Take requests to reload, one at a time, and answer whoever has asked."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

from assembler.rendering.console import render_masked
from assembler.runners.generation import Generation, Rejection
from assembler.runners.new_listeners import close_listeners
from assembler.runners.reload_losses import find_losses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.runners.canary import Canary
    from assembler.runners.master import Master
    from assembler.runners.reload_request import Request

__all__ = ["Decisions"]


class Decisions:
    """What is asked for, what is under way, and how it was decided."""

    def __init__(self, master: Master) -> None:
        """Begin with nothing to do."""
        self._master = master
        self._request: Request | None = None  # what is under way
        self._next: Request | None = None
        self.canary: Canary | None = None
        self.candidate: Generation | None = None  # it boots
        self.last_rejection: Rejection | None = None
        self._is_ending = False

    def _begin(self, request: Request) -> None:
        """Begin what is asked for."""
        raise NotImplementedError

    def ask(self, request: Request) -> None:
        """Begin, or wait until what is under way is decided; of several that wait the last wins."""
        if self._is_ending:
            self._turn_away(request)
            return
        if self._request is None:
            self._begin(request)
            return
        if self._next is not None:
            request.replies += self._next.replies
        self._next = request

    def _turn_away(self, request: Request) -> None:
        ending = Rejection(request.kind, time.time(), None, "the server is about to end")
        request.decide(self._master.current, ending, "")

    def end(self, generation: Generation) -> None:
        """End the workers of a generation, and close the sockets that only it has."""
        generation.wanted = 0
        for worker in self._master.find_workers(generation):
            self._master.end_worker(worker)
        self._close_listeners(generation)
        gc.collect()  # what was a generation refers to itself

    def _close_listeners(self, generation: Generation) -> None:
        kept = self._master.current.listeners
        close_listeners([one for one in generation.listeners if one not in kept])

    def refuse_for(self, found: Iterable[Diagnostic], digest: str | None = None) -> None:
        """Refuse what is under way, for what is wrong."""
        said = render_masked(found)
        self.refuse(said.partition("\n")[0], said, digest)

    def refuse(self, reason: str, said: str = "", digest: str | None = None) -> None:
        """End what is under way; the old generation goes on as it is."""
        assert self._request is not None
        output = self._forget_canary()
        candidate, self.candidate = self.candidate, None
        if candidate is not None:
            digest = digest or candidate.profile.composed.digest
            self.end(candidate)
        kind = self._request.kind
        rejection = self._reject(kind, reason, said, digest)
        self._master.metrics.outcomes.count(kind, "rejected")
        shown = "\n".join(part for part in (reason, rejection.more) if part)
        self._master.log.error("The %s was refused, the app is unchanged: %s", kind, shown)
        self._decide(rejection, output)

    def _reject(self, kind: str, reason: str, said: str, digest: str | None) -> Rejection:
        self.last_rejection = Rejection(kind, time.time(), digest, reason, said)
        self._master.tell_of_rejection(reason, digest)
        return self.last_rejection

    def _decide(self, rejection: Rejection | None, output: str = "") -> None:
        """Answer whoever has asked, with what the canary has written."""
        assert self._request is not None
        request, self._request = self._request, None
        request.decide(self._master.current, rejection, output)
        self._master.service.note_reloaded()

    def _tell_losses(self, old: Generation, new: Generation) -> None:
        """Tell what the app has no longer, in the log and to whoever has asked."""
        losses = find_losses(old.report, new.report)
        for loss in losses:
            self._master.log.warning("Since the %s %s", new.application.boot.kind, loss)
        if self._request is not None:
            self._request.losses = losses

    def _forget_canary(self) -> str:
        """End the canary; return what it has written."""
        canary, self.canary = self.canary, None
        if canary is None:
            return ""
        canary.look()
        canary.end()
        return canary.read_output()
