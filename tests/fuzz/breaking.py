"""Targets that break, one in each way that a campaign must notice."""

from __future__ import annotations

import os

from assembler.diagnostics.diagnostic import Place, Span
from tests.support.places import is_inside, split_lines

__all__ = ["CrashingTarget", "EndlessTarget", "MisplacedTarget", "RaisingTarget"]

MARK = b"version"  # most mutations of a profile still have it


class RaisingTarget:
    """Raise where the mark is."""

    def check(self, source: bytes) -> None:
        """Raise."""
        if MARK in source:
            raise LookupError(len(source))


class CrashingTarget:
    """End the process where the mark is, as a fault in C would."""

    def check(self, source: bytes) -> None:
        """Crash."""
        if MARK in source:
            os.abort()


class EndlessTarget:
    """Never come back where the mark is."""

    def check(self, source: bytes) -> None:
        """Loop."""
        while MARK in source:
            pass


class MisplacedTarget:
    """Say something of the line after the last."""

    def check(self, source: bytes) -> None:
        """Look at a place that is outside."""
        lines = split_lines(source)
        beyond = len(lines) + 1
        assert is_inside(Place("", Span(beyond, 1, beyond, 2)), lines)
