"""Define the part of gunicorn's master that has one generation take the place of another."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.diagnostics.diagnostic import ProfileError
from assembler.rendering.console import write_diagnostics
from assembler.report import RESCUE, Boot
from assembler.runners.generation import Generation
from assembler.runners.gunicorn_application import Application
from assembler.runners.gunicorn_workers_arbiter import WorkersArbiter
from assembler.runners.last_good import LastGood, find_rescue
from assembler.runners.new_listeners import open_listeners
from assembler.runners.profile_watch import build_watch
from assembler.runners.server_lines import format_master_lines

if TYPE_CHECKING:
    from assembler.runners.console_address import Openings
    from assembler.runners.reloading import Reloader
    from assembler.runners.server_metrics import ServerMetrics
    from assembler.runners.service_manager import ServiceManager

__all__ = ["GenerationsArbiter"]

RESCUED = "The profile on disk cannot be assembled, the last good one is served instead: %s"


class GenerationsArbiter(WorkersArbiter):
    """A master with a generation that serves, and maybe others beside it."""

    current: Generation
    reloader: Reloader
    service: ServiceManager
    metrics: ServerMetrics
    openings: Openings
    _generations = 1

    def find_wanted(self, generation: Generation) -> int:
        """Return how many workers a generation is to have now."""
        candidate = self.reloader.candidate
        if generation is not self.current:
            return generation.wanted
        count: int = self.num_workers
        if candidate is not None and candidate.profile.server.reload.rolling:
            count -= candidate.wanted - 1  # each new worker that serves stands for an old one
        return count

    def tell_of_rejection(self, reason: str, digest: str | None) -> None:
        """Have one worker record a reload that was refused."""
        ready = [one for one in self.find_workers(self.current) if one.is_ready]
        for worker in ready[:1]:
            worker.link.send(do="note-rejection", reason=reason, digest=digest)

    def count_generations(self) -> int:
        """Return the number of the next generation."""
        self._generations += 1
        return self._generations

    def make_current(self, generation: Generation) -> None:
        """Let another generation be the one that is looked after, and take over its settings."""
        self.current = generation
        application = generation.application
        for name in self.cfg.env:
            if name in self.cfg.env_orig:
                os.environ[name] = self.cfg.env_orig[name]
            else:
                os.environ.pop(name, None)
        self.LISTENERS = generation.listeners
        with self.outliving_hook("nworkers_changed"):
            self.setup(application)
        format_master_lines(application.serving.loaded.plan)  # gunicorn has made its log anew
        with self.outliving_hook("on_reload"):
            self.cfg.on_reload(self)

    def rescue(self) -> bool:
        """Serve the last good profile instead, if that is asked for; return whether it is tried."""
        serving = self.current.application.serving
        if not serving.overrides.rescue or serving.is_rescue:
            return False
        rescue = find_rescue(serving.profile, serving.overrides, LastGood(serving).path)
        if rescue is None or rescue.server != serving.server:
            return False
        application = Application(
            replace(rescue, is_rescue=True), Boot(RESCUE, self.count_generations())
        )
        try:
            listeners = open_listeners(self, application)
        except ProfileError as error:
            write_diagnostics(error.diagnostics)
            return False
        broken = self.current
        watch = build_watch(application.serving)
        self.make_current(Generation(application, listeners, watch=watch))
        self.reloader.end(broken)
        self.log.critical(RESCUED, rescue.loaded.plan.profile.composed.digest)
        return True
