"""Record what a profile makes, by assembling it in this process."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assembler.assembling.create import Passed, apply_plan_patches, assemble
from assembler.assembling.import_times import read_import_seconds
from assembler.ledger.orders import find_declared
from assembler.ledger.recorder import Done, Recorder
from assembler.ledger.values import StepPlace
from assembler.report import Boot
from assembler.secrets.fingerprints import Fingerprints

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from assembler.diagnostics.diagnostic import Place
    from assembler.ledger.values import Ledger
    from assembler.planning.loading import Loaded
    from assembler.planning.patch_calls import PatchCall
    from assembler.report import StepReport

__all__ = ["StepWatcher", "record_profile"]


def record_profile(
    loaded: Loaded, passed: Passed | None = None, fingerprints: Fingerprints | None = None
) -> tuple[Flask, Ledger]:
    """Patch this process, assemble the app of a plan, and return it with its ledger.

    The app is assembled as a canary of a reload is: its steps run, and send and record nothing.

    Args:
        loaded: The plan; `assembler.planning.loading.prepare_path` was called for it.
        passed: What a caller of `create_app` would pass.
        fingerprints: Of the secrets; only ledgers of the same key compare them.

    Raises:
        ProfileError: at what fails.
    """
    own = fingerprints or Fingerprints()
    recorder = Recorder(own)
    with recorder:
        watcher = StepWatcher(recorder, find_declared(loaded.plan.profile.extensions))
        patched = apply_plan_patches(loaded, tell=watcher.leave_patch)
        patched = patched._replace(boot=Boot(is_canary=True))
        app = assemble(loaded, patched, passed or Passed(None, {}), watcher=watcher)
        recorder.fingerprints = replace(own, scrub=app.extensions["assembler"].scrub)
        return app, recorder.finish(loaded.plan.profile.composed.path)


@dataclass(slots=True)
class StepWatcher:
    """Tells a recorder of each step of a profile."""

    recorder: Recorder
    declared: Mapping[str, tuple[str, ...]]
    patching_since: float = 0.0
    imported: float = 0.0

    def __post_init__(self) -> None:
        """Begin to time the first patch."""
        self._begin()

    def _begin(self) -> None:
        self.patching_since, self.imported = time.perf_counter(), read_import_seconds()

    def leave_patch(self, call: PatchCall) -> None:
        """Take note that a patch is applied."""
        import_ms = (read_import_seconds() - self.imported) * 1000
        run_ms = (time.perf_counter() - self.patching_since) * 1000 - import_ms
        name = call.patch.name
        self.recorder.leave(
            Done("patch", name, name, _convert(call.place), import_ms=import_ms, run_ms=run_ms)
        )
        self._begin()

    def enter(self) -> None:
        """Drop what was read since the last step: our own checks do that."""
        self.recorder.enter()

    def leave(self, step: StepReport, place: Place, app: Flask) -> None:
        """Take note that a step is over."""
        if self.recorder.app is None:
            self.recorder.take_app(app)
        self.recorder.leave(
            Done(
                *(step.kind, step.name, step.use, _convert(place), str(step.outcome)),
                reason=step.reason,
                after=self.declared.get(step.name, ()) if step.kind == "extension" else (),
                import_ms=step.import_ms,
                run_ms=step.run_ms,
            )
        )


def _convert(place: Place) -> StepPlace:
    return StepPlace(place.path, place.span.line, place.span.column)
