"""Answer Prometheus: for this process, or for all workers of the server from their files."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from flask import Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, REGISTRY, CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from assembler.diagnostics.failures import describe_failure
from assembler.diagnostics.faults import StepFault
from assembler.steps.metrics_files import VARIABLE, MetricFiles, MetricsBusyError, is_shared
from assembler.steps.metrics_instruments import (
    build_instruments,
    build_later,
    get_shared_instruments,
)
from assembler.steps.metrics_samples import Sampler
from assembler.steps.metrics_state import ReportMetrics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prometheus_client import Metric

    from assembler.steps.forms import StepContext
    from assembler.steps.metrics_instruments import Instruments

__all__ = ["MetricsAnswer"]

log = logging.getLogger("assembler")

IMPORTED_EARLY = (
    "prometheus_client was imported before its folder was set, so that each worker tells only of "
    "itself"
)
FAILURES = (OSError, ValueError, RuntimeError)


class Source(Protocol):
    """What has metrics."""

    def collect(self) -> Iterable[Metric]:
        """Return them."""


class MetricsAnswer(Collector):
    """What the route answers."""

    def __init__(
        self,
        sources: list[Source],
        get_instruments: Callable[[], Instruments],
        sampler: Sampler,
        *,
        is_alone: bool,
    ) -> None:
        """Keep what is told.

        Args:
            sources: What has metrics.
            get_instruments: Returns what this process writes.
            sampler: Looks at what changes without a request.
            is_alone: Whether it need not look before somebody asks.
        """
        self._sources = sources
        self._get_instruments = get_instruments
        self.sampler = sampler
        self._is_alone = is_alone

    @classmethod
    def build(cls, context: StepContext, buckets_seconds: tuple[float, ...]) -> MetricsAnswer:
        """Build it for a process that is one of several if the library writes to files."""
        has_loop = any(proof.name == "gevent" for proof in context.patched.proofs)
        sources: list[Source] = [ReportMetrics(context.report)]
        if is_shared():
            sources.append(_open_files(os.environ[VARIABLE]))
            build = partial(get_shared_instruments, buckets_seconds, has_loop=has_loop)
            build()  # the files are there before anybody asks
        else:
            if VARIABLE in os.environ:
                context.mark_partial(IMPORTED_EARLY)
            registry = CollectorRegistry()
            sources += [registry, REGISTRY]
            build = partial(build_instruments, buckets_seconds, registry, has_loop=has_loop)
        get_instruments = build_later(build)
        sampler = Sampler(context.app, get_instruments)
        return cls(sources, get_instruments, sampler, is_alone=not (is_shared() or has_loop))

    def note_request(self, method: str, route: str, status: str, seconds: float) -> None:
        """Count a request."""
        if not self._is_alone:
            self.sampler.start()
        self._get_instruments().note_request(method, route, status, seconds)

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics."""
        self._get_instruments()  # those that are still zero, too
        for source in self._sources:
            yield from source.collect()

    def metrics(self) -> Response:
        """Answer with the metrics as they are now."""
        try:
            self.sampler.look_at_pools()
            text = generate_latest(self)
        except FAILURES as error:
            log.warning("the metrics cannot be read: %s", describe_failure(error).text)
            return Response("the metrics cannot be read\n", 503, mimetype="text/plain")
        headers = {"Cache-Control": "no-store"}
        return Response(text, 200, headers, content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _open_files(folder: str) -> MetricFiles:
    """Return the files in a folder, few of them: also where nobody asks for the metrics.

    Raises:
        StepFault: if the folder cannot be used.
    """
    files = MetricFiles(Path(folder))
    try:
        with suppress(MetricsBusyError):
            files.merge_dead()
    except OSError as error:
        message = f'the folder "{folder}" of {VARIABLE} cannot be used: {error.strerror}'
        hint = "Create it, or unset the variable: `assembler run` has a folder of its own."
        raise StepFault(message, hint=hint) from error
    return files
