"""Record what each step does while the app is made, for the pages to show."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.ledger.orders import find_declared
from assembler.ledger.profile_run import StepWatcher
from assembler.ledger.recorder import Recorder
from assembler.secrets.fingerprints import Fingerprints, get_server_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    from assembler.ledger.values import Ledger
    from assembler.planning.plan import Plan

__all__ = ["BootWatcher", "build_watcher"]


class BootWatcher(StepWatcher):
    """Looks at the app of a boot; it is masked only when somebody asks for it."""

    __slots__ = ()

    def __enter__(self) -> Self:
        """Begin."""
        self.recorder.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Put the boot into words as it was, and leave the app as if nobody had looked."""
        if error is None:
            self.recorder.spell()
        self.recorder.__exit__(kind, error, traceback)

    def build_ledger(self, source: str, scrub: Callable[[str], str]) -> Ledger:
        """Return what was seen, with its secrets masked."""
        self.recorder.fingerprints = replace(self.recorder.fingerprints, scrub=scrub)
        return self.recorder.finish(source)


def build_watcher(plan: Plan) -> BootWatcher:
    """Return who looks at the app of a plan."""
    recorder = Recorder(Fingerprints(get_server_key()))
    return BootWatcher(recorder, find_declared(plan.profile.extensions))
