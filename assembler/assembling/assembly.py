"""Hold what assembling one app needs and leaves: the app, the report, and what is to be closed."""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Diagnostic, ProfileError
from assembler.diagnostics.failures import describe_failure, is_leaving
from assembler.diagnostics.faults import StepFault
from assembler.language.condition import Facts
from assembler.planning.options import find_secret_options, is_skippable
from assembler.planning.placed_faults import place_fault
from assembler.planning.plan import Decision
from assembler.references.reference import resolve_reference
from assembler.references.values import Scope
from assembler.report import Outcome, Report, StepReport
from assembler.secrets.known import Secrets, iter_value_secrets
from assembler.secrets.masking import iter_profile_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from flask import Flask

    from assembler.planning.loading import Loaded
    from assembler.planning.plan import PlannedStep

__all__ = ["Assembly", "Run", "SkipStep", "StepRun", "Trial"]

log = logging.getLogger("assembler")


class SkipStep(Exception):
    """Raise inside a step that finds out, once it is reached, that it is not to run."""


class Trial(Protocol):
    """Whoever only tries whether an app can be assembled, without what it needs at run."""

    def enter_step(self, planned: PlannedStep) -> None:
        """Be told that a step is carried out from now on."""

    def find_excuse(
        self, planned: PlannedStep, error: BaseException, diagnostics: Sequence[Diagnostic]
    ) -> str | None:
        """Say why a failure is not the profile's, and the next step is to follow; None: it is."""


@dataclass(slots=True)
class Assembly:
    """One app while it is assembled."""

    loaded: Loaded
    report: Report
    closers: ExitStack
    trial: Trial | None = None
    secrets: Secrets = field(default_factory=Secrets)
    finishers: list[Callable[[Report], object]] = field(default_factory=list)
    scope: Scope = field(init=False)
    _is_searched: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Open the scope in which the profile's references are resolved."""
        profile = self.loaded.plan.profile
        self.scope = Scope(self.loaded.policy, profile.get_folder, self.secrets)

    @property
    def app(self) -> Flask:
        """The Flask object; it is made before config and extensions are reached."""
        assert self.scope.app is not None
        return self.scope.app

    def resolve(self, reference: str) -> Any:  # noqa: ANN401 - an object of the project
        """Import what ``reference`` names, within the allow list."""
        return resolve_reference(reference, self.loaded.policy)

    def scrub(self, text: str) -> str:
        """Give ``text`` with every secret masked that the profile or the config holds by now."""
        if not self._is_searched:  # only now: where nothing fails, nobody needs them
            self._is_searched = True
            profile = self.loaded.plan.profile
            self.secrets.add(*iter_profile_secrets(profile.node, find_secret_options))
        if self.scope.app is not None:
            self.secrets.add(*iter_value_secrets(self.scope.app.config))
        return self.secrets.scrub(text)

    @contextmanager
    def run_step(self, planned: PlannedStep) -> Iterator[StepReport]:
        """Carry out one step: time it, place what it raises, and keep its outcome in the report.

        Raises:
            ProfileError: where the step fails and its ``on_error`` does not let it.
        """
        step = planned.step
        entry = StepReport(planned.kind, step.name, step.use, Outcome.DONE)
        self.report.steps.append(entry)
        trial = self.trial
        if trial is not None:
            trial.enter_step(planned)
        started = time.perf_counter()
        try:
            yield entry
        except SkipStep as skip:
            self._note_skip(entry, str(skip))
        except BaseException as error:
            if is_leaving(error):
                raise
            entry.outcome = Outcome.FAILED
            diagnostics = self.scrub_diagnostics(self._build_diagnostics(error, planned))
            entry.reason = diagnostics[0].message
            excuse = trial and trial.find_excuse(planned, error, diagnostics)
            if step.on_error != "skip" and excuse is None:
                raise ProfileError(diagnostics) from error
            entry.outcome = Outcome.PARTIAL
            self.scope.skipped[step.name] = f"it failed: {entry.reason}"
            log.warning("%s '%s' is skipped: %s", planned.kind, step.name, entry.reason)
        finally:
            entry.run_ms = (time.perf_counter() - started) * 1000 - entry.import_ms

    def is_due(self, planned: PlannedStep) -> bool:
        """Ask the step's condition now that it is reached; a skip goes into the report."""
        step = planned.step
        if planned.decision is Decision.RUNS:
            return True
        reason = planned.reason
        if planned.decision is Decision.AT_RUN:
            assert step.condition is not None
            facts = Facts(debug=self.app.debug, config=self.app.config)
            try:
                holds, reason = step.condition(facts)
            except Exception as error:  # the config's own objects are asked for their truth
                raise ProfileError(
                    self.scrub_diagnostics(self._build_diagnostics(error, planned))
                ) from error
            if holds:
                return True
        entry = StepReport(planned.kind, step.name, step.use, Outcome.SKIPPED)
        self.report.steps.append(entry)
        self._note_skip(entry, reason or "")
        return False

    def _note_skip(self, entry: StepReport, reason: str) -> None:
        entry.outcome, entry.reason = Outcome.SKIPPED, reason
        self.scope.skipped[entry.name] = reason

    def _build_diagnostics(self, error: BaseException, planned: PlannedStep) -> list[Diagnostic]:
        step = planned.step
        if isinstance(error, ProfileError):
            return list(error.diagnostics)
        if isinstance(error, StepFault):
            return [place_fault(fault, step, planned.kind) for fault in (error, *error.more)]
        failure = describe_failure(error)
        code = codes.SOURCE_FAILED if planned.kind == "config" else codes.STEP_FAILED
        message = f"{planned.kind} '{step.name}' failed: {failure.text}"
        hint = "Mend it where it was raised."
        if is_skippable(planned):
            hint = "Mend it where it was raised, or say `on_error: skip` to go on without it."
        return [code.at(step.place, message, hint=hint, related=failure.related)]

    def scrub_diagnostics(self, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
        """Take every secret that is known by now out of what is said."""
        return [
            Diagnostic(
                found.code,
                found.name,
                found.severity,
                self.scrub(found.message),
                found.place,
                found.hint and self.scrub(found.hint),
                found.related,
            )
            for found in diagnostics
        ]


@dataclass(slots=True)
class Run:
    """What every kind of step may look at while it is carried out."""

    assembly: Assembly

    @property
    def app(self) -> Flask:
        """The Flask object."""
        return self.assembly.app

    @property
    def env(self) -> Mapping[str, str]:
        """What stands in for the environment."""
        return self.assembly.loaded.env

    @property
    def root(self) -> Path:
        """The project's root."""
        return self.assembly.loaded.root

    def resolve(self, reference: str) -> Any:  # noqa: ANN401 - an object of the project
        """Import what ``reference`` names, within the allow list."""
        return self.assembly.resolve(reference)


@dataclass(slots=True)
class StepRun(Run):
    """What a step may use while it is carried out: the `StepContext` of a catalogue step."""

    entry: StepReport

    @property
    def report(self) -> Report:
        """What was done so far."""
        return self.assembly.report

    def on_close(self, close: Callable[[], object]) -> None:
        """Call ``close`` when the process ends, in reverse order of the steps."""
        self.assembly.closers.callback(close)

    def on_assembled(self, call: Callable[[Report], object]) -> None:
        """Call ``call`` with the finished report, before the app is handed out."""
        self.assembly.finishers.append(call)

    def mark_partial(self, reason: str) -> None:
        """Say that the step works only in part."""
        self.entry.outcome, self.entry.reason = Outcome.PARTIAL, self.assembly.scrub(reason)
        log.warning("extension '%s' is partial: %s", self.entry.name, self.entry.reason)
