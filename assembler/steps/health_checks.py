"""Carry out the readiness checks of an app's steps: beside each other, and not for each request."""

from __future__ import annotations

import logging
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from assembler.database.bounded import start_call
from assembler.diagnostics.failures import describe_failure
from assembler.report import CheckFailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    from flask import Flask

    from assembler.report import Report

__all__ = ["CheckResult", "HealthChecks", "wait_for_check"]

log = logging.getLogger("assembler")

KEPT_SECONDS = 1.0
NO_ANSWER = "no answer in time"


class CheckResult(NamedTuple):
    """What a check returned, or what it raised; neither if it did not answer in time."""

    cause: str | None  # why it fails, with its secrets; None: it does not
    value: object = None
    error: BaseException | None = None


class HealthChecks:
    """The checks of an app, each carried out once at a time however many requests want to know.

    The routes are public: a database that hangs must not cost a thread, and a connection of the
    app's pool, for each request that asks again.
    """

    def __init__(self, app: Flask, report: Report, timeout_seconds: float) -> None:
        """Keep what to ask; steps that come later may add checks."""
        self._app = app
        self._report = report
        self._timeout_seconds = timeout_seconds
        self._lock = threading.Lock()
        self._asked: dict[str, Future[object]] = {}
        self._results: Mapping[str, CheckResult] = {}
        self._kept_until = 0.0  # of `time.monotonic`
        self._told: dict[str, str | None] = {}

    def run(self) -> Mapping[str, CheckResult]:
        """Return the results by name, not older than a second; log why a check fails, once."""
        with self._lock:
            if time.monotonic() < self._kept_until:
                return self._results
            asked = {name: self._start(name, check) for name, check in self._find().items()}
        deadline = time.monotonic() + self._timeout_seconds
        results = {name: wait_for_check(future, deadline) for name, future in asked.items()}
        with self._lock:
            self._results, self._kept_until = results, time.monotonic() + KEPT_SECONDS
            self._tell(results)
        return results

    def _find(self) -> dict[str, Callable[[], object]]:
        """Return the checks; a database that is the project's own has one as well."""
        checks = dict(self._report.checks)
        if "database" not in checks and {"sqlalchemy", "migrate"} & self._app.extensions.keys():
            from assembler.database.readiness import check_database  # noqa: PLC0415 - SQLAlchemy

            checks["database"] = partial(check_database, self._app)
        return checks

    def _start(self, name: str, check: Callable[[], object]) -> Future[object]:
        asked = self._asked.get(name)
        if asked is None or asked.done():
            asked = self._asked[name] = start_call(check, f"assembler-check-{name}")
        return asked

    def _tell(self, results: Mapping[str, CheckResult]) -> None:
        for name, result in results.items():
            if result.cause is not None and result.cause != self._told.get(name):
                said = self._report.scrub(result.cause)
                log.warning("not ready, the check '%s' fails: %s", name, said)
            self._told[name] = result.cause


def wait_for_check(future: Future[object], deadline: float) -> CheckResult:
    """Return how a check ended, or that it has not until ``deadline``, of `time.monotonic`."""
    try:
        error = future.exception(max(0.0, deadline - time.monotonic()))
    except TimeoutError:
        return CheckResult(NO_ANSWER)
    if error is not None:
        is_told = isinstance(error, CheckFailedError)
        return CheckResult(str(error) if is_told else describe_failure(error).text, error=error)
    value = future.result()
    return CheckResult("it returned false" if value is False else None, value)
