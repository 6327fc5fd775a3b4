"""Give a step what it may use while it is carried out."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assembler.diagnostics.excerpt import shorten_message
from assembler.document.nodes import ScalarNode, find_place
from assembler.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from flask import Flask

    from assembler.assembling.assembly import Assembly, Watcher
    from assembler.document.nodes import Node
    from assembler.planning.loading import Loaded
    from assembler.planning.plan import PlannedStep
    from assembler.report import Patched, Report, StepReport

__all__ = ["Run", "StepRun"]

log = logging.getLogger("assembler")


@dataclass(slots=True)
class Run:
    """What every kind of step may use while it is carried out."""

    assembly: Assembly

    @property
    def app(self) -> Flask:
        """The Flask object, which every step asks for."""
        return self.assembly.app

    @property
    def env(self) -> Mapping[str, str]:
        """What stands in for the environment."""
        return self.assembly.loaded.env

    @property
    def root(self) -> Path:
        """The project's root."""
        return self.assembly.loaded.root

    def resolve(self, reference: str) -> Any:  # noqa: ANN401 - an object of the project
        """Import what ``reference`` names, within the allow list."""
        return self.assembly.resolve(reference)


@dataclass(slots=True)
class StepRun(Run):
    """The `StepContext` of a catalogue step."""

    planned: PlannedStep
    entry: StepReport
    mount_profile: Callable[[Node, str], Flask]

    @property
    def report(self) -> Report:
        """What was done so far."""
        return self.assembly.report

    @property
    def patched(self) -> Patched:
        """How this process is patched."""
        return self.assembly.patched

    @property
    def loaded(self) -> Loaded:
        """The plan that is carried out."""
        return self.assembly.loaded

    @property
    def watcher(self) -> Watcher | None:
        """Who looks at the app after each step."""
        return self.assembly.watcher

    def mount(self, *option: str) -> Flask:
        """Assemble the profile whose path ``option`` leads to."""
        _, node = find_place(self.planned.step.options, option)
        assert isinstance(node, ScalarNode)
        return self.mount_profile(node, node.text)

    def on_close(self, close: Callable[[], object]) -> None:
        """Call ``close`` when the process ends, in reverse order of the steps."""
        self.assembly.closers.callback(close)

    def on_ending(self, call: Callable[[], object]) -> None:
        """Call ``call`` once the server has begun to end."""
        self.assembly.report.endings.append(call)

    def on_assembled(self, call: Callable[[Report], object]) -> None:
        """Call ``call`` with the finished report, before the app is handed out."""
        self.assembly.finishers.append((self.planned, call))

    def mark_partial(self, reason: str) -> None:
        """Report that the step works only in part."""
        said = shorten_message(self.assembly.scrubber.scrub(reason))
        self.entry.outcome, self.entry.reason = Outcome.PARTIAL, said
        log.warning("extension '%s' is partial: %s", self.entry.name, self.entry.reason)
