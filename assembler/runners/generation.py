"""Define a generation: the workers that serve one state of the profile."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.language.profile import Profile
    from assembler.runners.gunicorn_application import Application
    from assembler.runners.profile_watch import ProfileWatch

__all__ = ["Delay", "Generation", "Rejection"]

FIRST_DELAY_SECONDS = 0.25
LONGEST_DELAY_SECONDS = 30.0


@dataclass(slots=True)
class Delay:
    """How long to wait before a worker is made again whose forerunner could not boot."""

    until: float = 0.0  # of `time.monotonic`
    _next_seconds: float = FIRST_DELAY_SECONDS

    def extend(self) -> float:
        """Wait from now on, twice as long as the last time; return the seconds."""
        seconds = self._next_seconds
        self.until = time.monotonic() + seconds
        self._next_seconds = min(2 * seconds, LONGEST_DELAY_SECONDS)
        return seconds

    def end(self) -> None:
        """Wait no longer: one has booted."""
        self.until, self._next_seconds = 0.0, FIRST_DELAY_SECONDS


@dataclass(eq=False, slots=True)
class Generation:
    """The workers of one state of the profile."""

    application: Application
    listeners: list[Any]  # gunicorn's sockets
    since: float = field(default_factory=time.time)  # when it began to serve
    report: Mapping[str, Any] = field(default_factory=dict)  # of one of its workers
    was_ready: bool = False  # all its workers were, once
    failure: str | None = None  # what one of its workers said that could not boot
    delay: Delay = field(default_factory=Delay)
    is_kept: bool = False  # its profile is the last good one
    wanted: int = 0  # how many workers; the current one's is the arbiter's
    watch: ProfileWatch | None = None  # for edits since it was loaded, if that is asked for
    texts: Mapping[str, str] = field(default_factory=dict)  # of its files, when it was loaded

    @property
    def number(self) -> int:
        """Return the number, from 1."""
        return self.application.boot.generation or 0

    @property
    def profile(self) -> Profile:
        """The profile that it is made from."""
        return self.application.serving.loaded.plan.profile

    @property
    def degraded(self) -> list[str]:
        """The names of the steps that work only in part."""
        steps = self.report.get("steps", ())
        return [step["name"] for step in steps if step["outcome"] == "partial"]


@dataclass(frozen=True, slots=True)
class Rejection:
    """A reload that was refused, or taken back."""

    kind: str  # reload or rollback
    at: float
    digest: str | None  # of the profile that was refused, if it could be read
    reason: str
    said: str = ""  # all diagnostics, or a traceback

    @property
    def more(self) -> str:
        """What was said beside the reason: its hint, further diagnostics, or a traceback."""
        is_first = self.said.startswith(self.reason)
        return (self.said.partition("\n")[2] if is_first else self.said).rstrip()
