"""Tell Prometheus what a report says: which profile serves, and what became of its steps."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from assembler.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client import Metric

    from assembler.report import Report

__all__ = ["ReportMetrics"]

BOOT = "boot"
SHOWN = (Outcome.DONE, Outcome.PARTIAL, Outcome.SKIPPED)


class ReportMetrics:
    """The metrics of one report: of the worker that answers, and of the server that it is of."""

    def __init__(self, report: Report) -> None:
        """Keep the report."""
        self._report = report

    def collect(self) -> Iterator[Metric]:
        """Yield them."""
        report = self._report
        generation = report.boot.generation
        info = GaugeMetricFamily(
            "assembler_info",
            "The profile that serves.",
            labels=("profile", "digest", "generation"),
        )
        number = "" if generation is None else str(generation)
        info.add_metric((report.profile, report.digest, number), 1)
        yield info
        yield from self._collect_steps()
        yield from self._collect_outcomes()

    def _collect_steps(self) -> Iterator[Metric]:
        steps = self._report.steps
        counts = Counter(step.outcome for step in steps)
        total = GaugeMetricFamily(
            "assembler_steps",
            "The steps of the profile, by what became of them.",
            labels=["outcome"],
        )
        for outcome in SHOWN:
            total.add_metric([str(outcome)], counts[outcome])
        yield total
        named = GaugeMetricFamily(
            "assembler_step_incomplete",
            "1 for each step that works only in part, or was skipped.",
            labels=("kind", "step", "outcome"),
        )
        for step in steps:
            if step.outcome is not Outcome.DONE:
                named.add_metric((step.kind, step.name, str(step.outcome)), 1)
        yield named

    def _collect_outcomes(self) -> Iterator[Metric]:
        outcomes = self._report.read_outcomes()
        if not outcomes:
            return
        boots = CounterMetricFamily(
            "assembler_worker_boots", "Workers that have booted, or could not.", labels=["outcome"]
        )
        reloads = CounterMetricFamily(
            "assembler_reloads",
            "Reloads and rollbacks, by what became of them.",
            labels=("kind", "outcome"),
        )
        for (kind, outcome), count in outcomes.items():
            if kind == BOOT:
                boots.add_metric([outcome], count)
            else:
                reloads.add_metric((kind, outcome), count)
        yield boots
        yield reloads
