"""Define a request for a reload or a rollback, and how it is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembler.runners.generation import Generation, Rejection

__all__ = ["Request"]


@dataclass(slots=True)
class Request:
    """Somebody asks for a reload or a rollback."""

    kind: str = "reload"
    allow_degraded: bool = False
    # Called once it is decided, with the verdict.
    replies: list[Callable[[dict[str, Any]], None]] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)  # what the app has no longer, if it is done

    def decide(self, current: Generation, rejection: Rejection | None, output: str) -> None:
        """Answer whoever has asked.

        Args:
            current: What serves now.
            rejection: Why it was refused, if it was.
            output: What the canary has written.
        """
        verdict = {
            "done": True,
            "kind": self.kind,
            "generation": current.number,
            "digest": current.profile.composed.digest,
            "refused": rejection and rejection.reason,
            "said": "" if rejection is None else rejection.said,
            "output": output,
            "losses": self.losses if rejection is None else [],
        }
        for reply in self.replies:
            reply(verdict)
