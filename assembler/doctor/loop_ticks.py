"""Count how often gevent's event loop comes round while slow calls wait."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from assembler.doctor.form import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["WAIT_SECONDS", "Measured", "judge", "measure"]

WAIT_SECONDS = 0.25  # what each slow call waits
TICK_SECONDS = 0.01
LIMIT_SECONDS = 10.0
# Of the ticks that the time has room for. A call that blocks the loop leaves next to none of them.
SHARE = 0.2


class Measured(NamedTuple):
    """How long the calls took together, and how many ticks the loop made beside them."""

    seconds: float
    ticks: int

    @property
    def is_free(self) -> bool:
        """Whether the calls left the loop to others."""
        return self.ticks * TICK_SECONDS >= SHARE * self.seconds


def measure(calls: Sequence[Callable[[], object]]) -> Measured:
    """Make all ``calls`` at once, each in a greenlet; raises what one of them raises."""
    import gevent  # noqa: PLC0415 - only where it is live

    ticks = 0

    def tick() -> None:
        nonlocal ticks
        while True:
            gevent.sleep(TICK_SECONDS)
            ticks += 1

    ticking = gevent.spawn(tick)
    gevent.sleep(TICK_SECONDS * 2)
    before, started = ticks, time.perf_counter()
    waiting = [gevent.spawn(call) for call in calls]
    try:
        gevent.joinall(waiting, timeout=LIMIT_SECONDS, raise_error=True)
        return Measured(time.perf_counter() - started, ticks - before)
    finally:
        gevent.killall([ticking, *waiting])


def judge(name: str, calls: Sequence[Callable[[], object]], what: str) -> Finding:
    """Make the calls, and return whether the patch ``name`` holds under them."""
    seconds, ticks = measured = measure(calls)
    waited = f"{len(calls)} {what} at once took {seconds:.2f} s"
    if measured.is_free:
        return Finding(Verdict.OK, f"'{name}': {waited}, the loop ticked {ticks} times")
    found = f"'{name}': {waited} and blocked the event loop, which ticked {ticks} times"
    remedy = f"Find what takes the patch '{name}' back, or keeps what it replaces."
    return Finding(Verdict.FAILED, found, remedy)
