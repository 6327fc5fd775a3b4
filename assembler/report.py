"""Report what assembling did: every step with its outcome, reason and times."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "RESCUE",
    "Boot",
    "CheckFailedError",
    "ConfigChange",
    "Outcome",
    "PatchProof",
    "Patched",
    "PatchesMode",
    "RejectedReload",
    "Report",
    "StepReport",
]

PatchesMode = Literal["apply", "assume"]
RESCUE = "rescue"  # the kind of a boot of the last good profile, since the one on disk is broken


class Outcome(StrEnum):
    """What became of a step."""

    DONE = "done"
    SKIPPED = "skipped"
    PARTIAL = "partial"  # it failed with ``on_error: skip``, or reports that it is degraded
    FAILED = "failed"


@dataclass(slots=True)
class StepReport:
    """What became of one step; times in milliseconds, `reason` for all but plain success."""

    kind: str  # patch, config or extension
    name: str
    use: str
    outcome: Outcome = Outcome.DONE
    reason: str | None = None
    import_ms: float = 0.0
    run_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class PatchProof:
    """A live patch, and what shows that it is."""

    name: str
    proof: str
    by: str = "assembler"  # or the runner that had applied it already


class Boot(NamedTuple):
    """Why an app is assembled: at the start of a server, or to take the place of another one."""

    kind: str = "boot"  # or reload, rollback, rescue
    generation: int | None = None  # from 1; None: nothing replaces this app
    is_canary: bool = False  # it is tried, and thrown away
    has_management: bool = False  # the server answers our own routes at an address of their own
    # Returns what opens the console where its profile has nothing that does; made at the server's
    # start, and the same for all its processes. None: nothing does.
    get_start_token: Callable[[], str] | None = None


class Patched(NamedTuple):
    """How this process is patched, by whose runner it is run, and what for."""

    mode: PatchesMode = "apply"
    proofs: tuple[PatchProof, ...] = ()
    runner: str = "python"
    boot: Boot = Boot()


class ConfigChange(NamedTuple):
    """The keys that one config source set; of several for a key, the last is in force."""

    source: str  # the name of the config step, or "caller"
    keys: tuple[str, ...]


class CheckFailedError(Exception):
    """Raise in a readiness check: the log tells the message, without the name of this class."""


class RejectedReload(NamedTuple):
    """A reload or rollback that was refused, or taken back."""

    digest: str | None  # of the profile, if it could be read
    reason: str


def _record_nothing(_rejected: RejectedReload) -> None:
    """Record nothing: no step keeps rejections."""


def _close_nothing() -> None:
    """Do nothing: no step opened anything."""


@dataclass(slots=True)
class Report:
    """The account of one assembling, carried by ``app.extensions["assembler"]``."""

    profile: str  # its name
    path: str  # its file
    role: str
    digest: str  # sha256 of the composed profile before interpolation
    debug: bool = False
    policy: str | None = None  # the policy file in force; None: none
    patches_mode: PatchesMode = "apply"
    runner: str = "python"
    boot: Boot = field(default_factory=Boot)
    patches: list[PatchProof] = field(default_factory=list)
    steps: list[StepReport] = field(default_factory=list)
    config: list[ConfigChange] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    total_ms: float = 0.0
    # Closes what the steps opened, the last first; a second call has nothing left to do.
    close: Callable[[], None] = field(default=_close_nothing, repr=False, compare=False)
    # Called in one worker of a server that has refused a reload.
    record_rejection: Callable[[RejectedReload], object] = field(
        default=_record_nothing, repr=False, compare=False
    )
    # How often something became of what the server did, by what and outcome: see
    # `assembler.runners.server_metrics`; empty: nobody counts.
    read_outcomes: Callable[[], Mapping[tuple[str, str], int]] = field(
        default=dict, repr=False, compare=False
    )
    # What readiness depends on, by name; see `add_check`.
    checks: dict[str, Callable[[], object]] = field(default_factory=dict, repr=False, compare=False)
    # What answers at the paths of our own routes (health, metrics), without a request: see
    # `assembler.steps.own_views`.
    own_views: dict[str, Callable[[], Any]] = field(default_factory=dict, repr=False, compare=False)
    # What answers below a path of our own, as a WSGI app: see `assembler.steps.own_apps`.
    own_apps: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    # Whether the server is about to end: readiness says so before it stops accepting.
    is_draining: bool = field(default=False, repr=False, compare=False)
    # What steps do once the server has begun to end, beside the requests that it still answers.
    endings: list[Callable[[], object]] = field(default_factory=list, repr=False, compare=False)
    # Masks the secrets of the profile, the config and the environment in a text.
    scrub: Callable[[str], str] = field(default=str, repr=False, compare=False)

    @property
    def is_canary(self) -> bool:
        """Whether the app is only tried: a step then sends, notifies and rotates nothing."""
        return self.boot.is_canary

    @property
    def outcome(self) -> Outcome:
        """What became of the app: partial if a step works only in part."""
        return Outcome.PARTIAL if self.find_degraded() else Outcome.DONE

    def get_history(self, key: str) -> list[str]:
        """Return the sources that set ``key``, the one in force last; empty if none did."""
        return [change.source for change in self.config if key in change.keys]

    def find_debug_source(self) -> str | None:
        """Return the source that set DEBUG last; ``None``: the profile or the environment did."""
        history = self.get_history("DEBUG")
        return history[-1] if history else None

    def find_degraded(self) -> list[StepReport]:
        """Return the steps that work only in part."""
        return [step for step in self.steps if step.outcome is Outcome.PARTIAL]

    def add_check(self, name: str, check: Callable[[], object]) -> None:
        """Let readiness depend on ``check``, which the step `health` calls in a thread.

        It fails if it raises or returns false. Anybody who may ask for readiness sees the name.

        Raises:
            ValueError: if there is a check of that name.
        """
        if name in self.checks:
            message = f"there is a readiness check '{name}' already"
            raise ValueError(message)
        self.checks[name] = check

    def to_dict(self) -> dict[str, Any]:
        """Return what is logged and stored: plain JSON types, no config values."""
        history: dict[str, list[str]] = {}
        for source, keys in self.config:
            for key in keys:
                history.setdefault(key, []).append(source)
        return {
            "profile": self.profile,
            "path": self.path,
            "role": self.role,
            "digest": self.digest,
            "debug": self.debug,
            "policy": self.policy,
            "runner": self.runner,
            "generation": self.boot.generation,
            "outcome": str(self.outcome),
            "total_ms": round(self.total_ms, 3),
            "patches_mode": self.patches_mode,
            "patches": [asdict(patch) for patch in self.patches],
            "steps": [
                {
                    **asdict(step),
                    "outcome": str(step.outcome),
                    "import_ms": round(step.import_ms, 3),
                    "run_ms": round(step.run_ms, 3),
                }
                for step in self.steps
            ],
            "config": history,
            "notes": self.notes,
        }
