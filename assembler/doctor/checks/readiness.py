"""Carry out the readiness checks that the app's steps contribute, as `/health/ready` does."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from assembler.database.bounded import start_call
from assembler.doctor.form import Check, Finding, Verdict
from assembler.steps.health_checks import wait_for_check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assembler.doctor.form import Examined

__all__ = ["CHECK"]

LIMIT_SECONDS = 5.0
OF_THE_DATABASE = "database"  # which the checks above tell more of
REMEDY = "Start what it asks, or fix how the app is told to reach it."
# By the name of the catalogue's check.
REMEDIES = {
    "celery": "Start the broker that the step `celery` names, or correct `broker_url`.",
    "session": "Start the Redis that `url` names, or make the table by its migration.",
    "storage": "Start the service, or correct `url` and `settings`; without the right to list, set "
    "`check: false`.",
    "redis": "Start the server that the step `redis` names, or correct `url` or `sentinel`.",
}
# It answers, and refuses whoever asks; by the names of classes, to load none of the libraries.
REFUSED = frozenset(
    {"AccessRefused", "AuthenticationError", "AuthenticationWrongNumberOfArgsError"}
    | {"AuthorizationError", "NoPermissionError"}
)
REFUSED_REMEDY = "Correct the user and the password, or what the user is allowed to do there."


def examine_readiness(examined: Examined) -> Iterator[Finding]:
    """Ask all of them beside each other."""
    assert examined.app is not None
    checks: dict[str, Callable[[], object]] = examined.app.extensions["assembler"].checks
    asked = {
        name: start_call(check, f"assembler-check-{name}")
        for name, check in checks.items()
        if name != OF_THE_DATABASE
    }
    deadline = time.monotonic() + LIMIT_SECONDS
    for name, future in asked.items():
        result = wait_for_check(future, deadline)
        if result.cause is None:
            yield Finding(Verdict.OK, f"'{name}' is well")
        else:
            remedy = _find_remedy(name, result.error)
            yield Finding(Verdict.FAILED, f"'{name}' fails: {result.cause}", remedy)


def _find_remedy(name: str, error: BaseException | None) -> str:
    classes = {one.__name__ for one in type(error).__mro__}
    return REFUSED_REMEDY if classes & REFUSED else REMEDIES.get(name, REMEDY)


CHECK = Check(examine_readiness, needs="app")
