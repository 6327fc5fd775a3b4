"""Run the checks one after the other, in a process that is theirs alone."""

from __future__ import annotations

import os
from contextlib import ExitStack
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.failures import describe_failure
from assembler.doctor.checks import TABLE
from assembler.doctor.form import Examined, Finding, Verdict
from assembler.secrets.memory import build_environment_secrets
from assembler.secrets.text_secrets import mask_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from assembler.doctor.form import Check

__all__ = ["Row", "iter_rows"]


class Row(NamedTuple):
    """A finding, with the check that it is of."""

    check: str
    verdict: str
    found: str
    remedy: str | None


def iter_rows(examined: Examined, begin: Callable[[str], object]) -> Iterator[Row]:
    """Yield what each check finds, secrets masked; patches this process, and assembles the app.

    Args:
        examined: The profile, about which nothing is known yet.
        begin: Called with the name of each check before it runs.
    """
    with ExitStack() as stack:
        for name in TABLE:
            check: Check = import_module(f"assembler.doctor.checks.{name}").CHECK
            if check.needs is None or getattr(examined, check.needs) is not None:
                begin(name)
                for finding in _examine(check, examined):
                    yield _build_row(name, finding, examined)
            if name == "app" and examined.app is not None:
                _look_only(examined.app, stack)


def _look_only(app: Flask, stack: ExitStack) -> None:
    """Close the app in the end, and leave no SQLite file that whoever serves may not write."""
    from assembler.database.sqlite import make_missing_empty  # noqa: PLC0415 - after the patches
    from assembler.database.state import find_engines  # noqa: PLC0415 - as above

    stack.callback(app.extensions["assembler"].close)
    with app.app_context():
        engines = find_engines(app)
    for engine in engines.values():
        stack.enter_context(make_missing_empty(engine))


def _examine(check: Check, examined: Examined) -> Iterator[Finding]:
    try:
        yield from check.examine(examined)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the app's libraries raise
        yield Finding(Verdict.FAILED, describe_failure(error).text, "Fix what it says.")


def _build_row(name: str, finding: Finding, examined: Examined) -> Row:
    secrets = build_environment_secrets({**os.environ, **examined.env})
    report = None if examined.app is None else examined.app.extensions["assembler"]

    def mask(text: str) -> str:
        scrubbed = secrets.scrub(text if report is None else report.scrub(text))
        return " ".join(mask_text(scrubbed).split())

    remedy = None if finding.remedy is None else mask(finding.remedy)
    return Row(name, str(finding.verdict), mask(finding.found), remedy)
