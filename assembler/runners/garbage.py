"""Postpone garbage collection: while a process starts, it scans all imports and finds nothing."""

from __future__ import annotations

import gc

__all__ = ["collect_as_usual", "collect_rarely"]

# Allocations between two collections; Python's own 700 (later 2,000) suit a running program.
STARTING = 200_000
USUAL = gc.get_threshold()


def collect_rarely() -> None:
    """Collect rarely until `collect_as_usual`: starting and linting make hardly any garbage."""
    gc.set_threshold(STARTING, *USUAL[1:])


def collect_as_usual() -> None:
    """Collect as before, unless the app has set a threshold of its own by now."""
    if gc.get_threshold()[0] == STARTING:
        gc.set_threshold(*USUAL)
