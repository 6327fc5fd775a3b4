"""Hold what the pages show: the app that runs here, and what it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from assembler.console.playground import Playground
from assembler.console.recording import BootWatcher
from assembler.secrets.plain import mask_plain
from assembler.steps.health_checks import HealthChecks

if TYPE_CHECKING:
    from flask import Flask

    from assembler.ledger.values import Ledger
    from assembler.planning.loading import Loaded
    from assembler.report import Report
    from assembler.steps.forms import StepContext

__all__ = ["Site"]

CHECK_SECONDS = 2.0


@dataclass(frozen=True)
class Site:
    """One app, and where its console is."""

    context: StepContext
    prefix: str  # the path below which the pages are, without a slash at its end
    left_out: frozenset[str]  # pages, by their names
    page_size: int
    since: float  # when the app was made, in seconds since the epoch

    @property
    def app(self) -> Flask:
        """The app."""
        return self.context.app

    @property
    def report(self) -> Report:
        """The account of its assembling."""
        return self.context.report

    @property
    def loaded(self) -> Loaded:
        """The plan that it was made from."""
        found: Loaded = self.context.loaded
        return found

    @cached_property
    def health(self) -> HealthChecks:
        """The readiness checks."""
        return HealthChecks(self.app, self.report, CHECK_SECONDS)

    @cached_property
    def playground(self) -> Playground:
        """What lints texts."""
        return Playground()

    @cached_property
    def ledger(self) -> Ledger | None:
        """What each step did; ``None``: the step has not asked for it."""
        watcher = self.context.watcher
        if not isinstance(watcher, BootWatcher):
            return None
        return watcher.build_ledger(self.report.path, self.mask)

    def mask(self, value: Any) -> Any:  # noqa: ANN401 - JSON holds anything
        """Mask the secrets in every string of ``value``, in its keys as well."""
        return mask_plain(value, self.report.scrub)
