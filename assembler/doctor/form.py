"""Define the form of a check of the environment, and what checks find out for each other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from flask import Flask

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.planning.loading import Loaded
    from assembler.report import Patched
    from assembler.runners.loading import Serving

__all__ = ["Check", "Examined", "Finding", "Verdict", "find_in_diagnostics"]


class Verdict(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


class Finding(NamedTuple):
    """What a check has found, and what to do about it; nothing where all is well."""

    verdict: Verdict
    found: str
    remedy: str | None = None


@dataclass(slots=True)
class Examined:
    """A profile, and what the checks have made of it so far."""

    profile: str
    policy_file: str | None
    env: Mapping[str, str]
    faults: tuple[Diagnostic, ...] = ()  # why it cannot be loaded
    loaded: Loaded | None = None
    serving: Serving | None = None  # stays None for a role that does not serve
    patched: Patched | None = None
    app: Flask | None = None

    @property
    def workers(self) -> int:
        """How many processes have an app of their own."""
        return self.serving.workers if self.serving and self.serving.server == "gunicorn" else 1


class Check(NamedTuple):
    """One thing to try; it runs only if what it ``needs``, a field of `Examined`, is there."""

    examine: Callable[[Examined], Iterable[Finding]]
    needs: str | None = None


def find_in_diagnostics(diagnostics: Iterable[Diagnostic]) -> Iterator[Finding]:
    """Yield a finding for each diagnostic that is an error or a warning."""
    verdicts = {Severity.ERROR: Verdict.FAILED, Severity.WARNING: Verdict.WARNING}
    for one in diagnostics:
        if one.severity in verdicts:
            yield Finding(verdicts[one.severity], f"{one.place}: {one.message}", one.hint)
