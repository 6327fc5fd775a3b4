"""Name the folder that a process may write to, which is another in each."""

from __future__ import annotations

__all__ = ["SCRATCH"]

SCRATCH = "/scratch"
