"""Define what a canary is to try."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.runners.generation import Generation
    from assembler.runners.loading import Serving

    # Given a profile and the policy's file, if one is named: what the linter finds.
    Lint = Callable[[str, str | None], list[Diagnostic]]

__all__ = ["Task"]


@dataclass(frozen=True, slots=True)
class Task:
    """What a canary is to try."""

    running: Generation  # what it is compared with
    kind: str  # reload or rollback
    serving: Serving | None = None  # what to try; None: the profile as it is on disk
    lint: Lint | None = None
    allow_degraded: bool = False
