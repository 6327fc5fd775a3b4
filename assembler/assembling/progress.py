"""Remember what this process is doing while it boots, in memory that its master may share."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager, nullcontext
from mmap import mmap
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.diagnostics.diagnostic import Place, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from assembler.planning.plan import PlannedStep
    from assembler.report import StepReport

    # Carries a step out, and may change its entry in the report.
    Work = Callable[[PlannedStep, StepReport], None]

__all__ = ["Doing", "Progress", "doing", "note_closing", "record_boot", "record_steps"]

# Pages that are not written to are not there: this is for the largest of reports.
SIZE_BYTES = 1024 * 1024
LENGTH_BYTES = 4


class Doing(NamedTuple):
    """What a process does, where the profile says so, and since when (`time.monotonic`)."""

    what: str  # as "step 'mail'"
    place: Place
    since: float

    def __str__(self) -> str:
        """Return what it does and the line that says so."""
        return f"{self.what} of {self.place.path}:{self.place.span.line}"


class Progress:
    """What one process does while it boots; written by it, read by others too."""

    def __init__(self) -> None:
        """Begin; where the process is a fork of this one, both see the same."""
        self.started = time.monotonic()  # the clock of the machine: the same in both
        self.is_closing = False  # what a boot opened that has failed; known to this process alone
        self._memory = mmap(-1, SIZE_BYTES)
        self._written: dict[str, Any] = {}

    def enter(self, what: str, place: Place) -> None:
        """Note what is done from now on."""
        self._write(doing=[what, place, time.monotonic()])

    def keep_report(self, report: str) -> bool:
        """Note that the app is assembled; return false if the text is too long to be kept."""
        return self._write(doing=None, report=report)

    def finish(self) -> None:
        """Note that the boot is over."""
        self._write(doing=None, is_done=True)

    @property
    def is_done(self) -> bool:
        """Whether the boot is over."""
        return bool(self._read().get("is_done"))

    def find_report(self) -> str | None:
        """Return the report, once the app is assembled."""
        report: str | None = self._read().get("report")
        return report

    def find_doing(self) -> Doing | None:
        """Return what is done now; ``None``: nothing that a profile says."""
        found = self._read().get("doing")
        if not found:
            return None
        what, (path, span), since = found
        return Doing(what, Place(path, Span(*span)), since)

    def _write(self, **changes: object) -> bool:
        written = {**self._written, **changes}
        data = json.dumps(written).encode()
        if len(data) > SIZE_BYTES - LENGTH_BYTES:
            return False
        self._written = written
        self._memory[LENGTH_BYTES : LENGTH_BYTES + len(data)] = data
        self._memory[:LENGTH_BYTES] = len(data).to_bytes(LENGTH_BYTES, "big")
        return True

    def _read(self) -> dict[str, Any]:
        length = int.from_bytes(self._memory[:LENGTH_BYTES], "big")
        try:
            read: dict[str, Any] = json.loads(self._memory[LENGTH_BYTES : LENGTH_BYTES + length])
        except ValueError:  # nothing yet, or it is being written
            return {}
        return read


# A process boots once, and what it does then is its own: an app of a test is not recorded.
_recorded: list[Progress] = []


def record_boot(progress: Progress) -> None:
    """Record in ``progress`` what this process does from now on, in place of an earlier one."""
    _recorded[:] = [progress]


def note_closing(*, is_closing: bool) -> None:
    """Note whether this process closes what an app had opened that could not be assembled."""
    for progress in _recorded:
        progress.is_closing = is_closing


def doing(what: str, find_place: Callable[[], Place]) -> AbstractContextManager[None]:
    """Return what records what the body does, in a process whose boot is recorded."""
    return _record(_recorded[0], what, find_place()) if _recorded else nullcontext()


def record_steps(work: Work) -> Work:
    """Return ``work``, which records its steps in a process whose boot is recorded."""
    if not _recorded:
        return work

    def recorded(planned: PlannedStep, entry: StepReport) -> None:
        with doing(f"step '{planned.step.name}'", lambda: planned.step.place):
            work(planned, entry)

    return recorded


@contextmanager
def _record(progress: Progress, what: str, place: Place) -> Iterator[None]:
    before = progress.find_doing()
    progress.enter(what, place)
    try:
        yield
    finally:
        if before is not None:
            progress.enter(before.what, before.place)
