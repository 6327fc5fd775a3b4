"""Put off garbage collection: it would often look at all that was imported, and find nothing."""

from __future__ import annotations

import gc

__all__ = ["collect_as_usual", "collect_rarely", "end_uncollected", "share_with_workers"]

# Allocations between two collections; Python's own 700 (2,000 later) are for a program that runs.
STARTING = 200_000
USUAL = gc.get_threshold()


def collect_rarely() -> None:
    """Collect rarely, until `collect_as_usual`: starting makes objects, and hardly any garbage.

    So does linting: what it makes is freed as soon as nothing refers to it.
    """
    gc.set_threshold(STARTING, *USUAL[1:])


def collect_as_usual() -> None:
    """Collect as before, unless the app has set something of its own by now."""
    if gc.get_threshold()[0] == STARTING:
        gc.set_threshold(*USUAL)


def end_uncollected() -> None:
    """Leave it to the system to free what there is: Python collects when it ends, to find little.

    For a command that is about to end; that look is a tenth of linting one profile.
    """
    gc.freeze()


def share_with_workers() -> None:
    """Leave out what there is from every later collection: a worker's would copy its memory.

    Source: Python's documentation of ``gc.freeze``.
    """
    gc.freeze()
