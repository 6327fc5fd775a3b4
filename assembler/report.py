"""Say what assembling did: every step with its outcome, reason and times."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

__all__ = ["ConfigChange", "Outcome", "PatchProof", "Report", "StepReport"]


class Outcome(StrEnum):
    """What became of a step."""

    DONE = "done"
    SKIPPED = "skipped"
    PARTIAL = "partial"  # it failed and ``on_error: skip`` let it, or it says that it is degraded
    FAILED = "failed"


@dataclass(slots=True)
class StepReport:
    """What became of one step; times in milliseconds, `reason` for all but plain success."""

    kind: str  # patch, config or extension
    name: str
    use: str
    outcome: Outcome
    reason: str | None = None
    import_ms: float = 0.0
    run_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class PatchProof:
    """A patch that is live, and what shows it."""

    name: str
    proof: str
    by: str = "assembler"  # or the runner that had applied it already


@dataclass(frozen=True, slots=True)
class ConfigChange:
    """One key set by one config source; of several for a key, the last is in force."""

    key: str
    source: str  # the name of the config step, or "caller"


@dataclass(slots=True)
class Report:
    """The account of one assembling, carried by ``app.extensions["assembler"]``."""

    profile: str  # its name
    path: str  # its file
    role: str
    digest: str  # sha256 of the composed profile before interpolation
    debug: bool = False
    policy: str | None = None  # the policy file in force; None: none
    patches_mode: str = "apply"  # or "assume"
    runner: str = "python"
    patches: list[PatchProof] = field(default_factory=list)
    steps: list[StepReport] = field(default_factory=list)
    config: list[ConfigChange] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    total_ms: float = 0.0
    outcome: Outcome = Outcome.DONE
    closers: ExitStack = field(default_factory=ExitStack, repr=False, compare=False)

    def close(self) -> None:
        """Close what the steps opened, the last first; a second call has nothing left to do."""
        self.closers.close()

    def get_history(self, key: str) -> list[str]:
        """Give the sources that set ``key``, the one in force last; empty if none did."""
        return [change.source for change in self.config if change.key == key]

    def find_degraded(self) -> list[StepReport]:
        """Give the steps that work only in part."""
        return [step for step in self.steps if step.outcome is Outcome.PARTIAL]

    def to_dict(self) -> dict[str, Any]:
        """Give what is logged and stored: plain JSON types, no config values."""
        return {
            "profile": self.profile,
            "path": self.path,
            "role": self.role,
            "digest": self.digest,
            "debug": self.debug,
            "policy": self.policy,
            "runner": self.runner,
            "outcome": str(self.outcome),
            "total_ms": round(self.total_ms, 3),
            "patches_mode": self.patches_mode,
            "patches": [
                {"name": patch.name, "proof": patch.proof, "by": patch.by} for patch in self.patches
            ],
            "steps": [
                {
                    "kind": step.kind,
                    "name": step.name,
                    "use": step.use,
                    "outcome": str(step.outcome),
                    "reason": step.reason,
                    "import_ms": round(step.import_ms, 3),
                    "run_ms": round(step.run_ms, 3),
                }
                for step in self.steps
            ],
            "config": {
                key: [change.source for change in self.config if change.key == key]
                for key in dict.fromkeys(change.key for change in self.config)
            },
            "notes": self.notes,
        }
