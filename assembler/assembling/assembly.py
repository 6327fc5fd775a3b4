"""Hold one app while it is assembled: what its steps share, and what steers them."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from assembler.assembling.import_times import get_import_seconds, get_thread
from assembler.assembling.scrubbing import Scrubber
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.diagnostics.failures import describe_failure, is_leaving
from assembler.diagnostics.faults import StepFault
from assembler.language.condition import Facts
from assembler.planning.options import build_options, is_skippable
from assembler.planning.placed_faults import place_fault, place_in_source
from assembler.planning.plan import Decision
from assembler.planning.unset_keys import find_unset_keys
from assembler.references.reference import resolve_reference
from assembler.references.values import Scope, resolve_options
from assembler.report import Outcome, StepReport

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import ExitStack

    from flask import Flask

    from assembler.assembling.progress import Work
    from assembler.diagnostics.diagnostic import Diagnostic, Place
    from assembler.document.nodes import Node
    from assembler.language.profile import AppSpec, Step
    from assembler.planning.loading import Loaded
    from assembler.planning.plan import PlannedStep
    from assembler.report import Patched, Report
    from assembler.steps.forms import Options

__all__ = ["Assembly", "SkipStep", "Trial", "Watcher"]

# Python 3.11 takes as long for a member of an enumeration as for a call.
RUNS = Decision.RUNS
log = logging.getLogger("assembler")


class SkipStep(Exception):
    """Raise inside a step that finds out, once it is reached, that it is not to run."""


class Trial(Protocol):
    """Whoever tries whether an app can be assembled, without what it needs at run."""

    def tell_found(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Take note of warnings."""

    def enter_step(self, planned: PlannedStep) -> None:
        """Take note that a step is carried out from now on."""

    def find_excuse(
        self, planned: PlannedStep, error: BaseException, diagnostics: Sequence[Diagnostic]
    ) -> str | None:
        """Return why a failure is not the profile's, so that assembling goes on, else ``None``."""

    def explain(
        self, error: BaseException, diagnostics: Sequence[Diagnostic]
    ) -> Sequence[Diagnostic]:
        """Return ``diagnostics`` with what else is known of the reason; secrets not masked."""


class Watcher(Protocol):
    """Whoever looks at the app after each step; `assembler.ledger` is one."""

    def enter(self) -> None:
        """Take note that a step is reached; what came before is no step's."""

    def leave(self, step: StepReport, place: Place, app: Flask) -> None:
        """Take note that a step is over: it is done, or skipped.

        Making the app is the first one, and what is done beside the steps is one too.
        """


@dataclass(slots=True)
class Assembly:
    """One app while it is assembled."""

    loaded: Loaded
    patched: Patched
    report: Report
    closers: ExitStack  # closed when the process ends, or if assembling fails
    trial: Trial | None = None
    watcher: Watcher | None = None
    arguments: Mapping[str, object] = field(default_factory=dict)  # what the caller passed
    told_keys: set[str] = field(default_factory=set)  # that are strings, and should not be
    looked_at: list[Any] = field(default_factory=list)  # the config's values, when last searched
    # What steps do with the finished report, with the step.
    finishers: list[tuple[PlannedStep, Callable[[Report], object]]] = field(default_factory=list)
    scrubber: Scrubber = field(init=False)
    scope: Scope = field(init=False)
    app: Flask = field(init=False)  # it is made before config and extensions are reached
    # How long this thread, in which all steps are carried out, has imported.
    _imports: Mapping[int, float] = field(default_factory=get_import_seconds, init=False)
    _thread: int = field(default_factory=get_thread, init=False)

    def __post_init__(self) -> None:
        """Open the scope in which the profile's references are resolved."""
        loaded = self.loaded
        self.scrubber = Scrubber(loaded)
        self.scope = Scope(
            loaded.policy,
            loaded.plan.profile.get_folder,
            self.scrubber.secrets,
            arguments=self.arguments,
        )

    def resolve(self, reference: str) -> Any:  # noqa: ANN401 - an object of the project
        """Import what ``reference`` names, within the allow list."""
        return resolve_reference(reference, self.loaded.policy)

    def type_options(self, step: Step, model: type[Options]) -> Options:
        """Return the typed options of ``step``, with every reference in them resolved.

        Raises:
            ProfileError: at each option that is wrong.
        """
        kept = self.loaded.plan.kept_options.get(step)
        if kept is not None:
            return kept.copy()
        # Options of unknown types are typed by the core scalar rules.
        is_typed = model.model_config.get("extra") != "allow"
        given = resolve_options(step.options, self.scope, as_text=is_typed)
        return build_options(step, model, given)

    def run_step(self, planned: PlannedStep, work: Work) -> bool:
        """Carry out one step unless its condition skips it: time it, and report its outcome.

        Returns:
            Whether the step was reached.

        Raises:
            ProfileError: if the step fails and its ``on_error`` is ``abort``.
        """
        step = planned.step
        entry = StepReport(planned.kind, step.name, step.use)
        self.report.steps.append(entry)
        if self.watcher is not None:
            self.watcher.enter()
        if planned.decision is not RUNS:
            reason = self._find_skip(planned)
            if reason is not None:
                self._skip(entry, reason)
                if self.watcher is not None:
                    self.watcher.leave(entry, step.place, self.app)
                return False
        if self.trial is not None:
            self.trial.enter_step(planned)
        imports, thread = self._imports, self._thread
        imported, started = imports.get(thread, 0.0), time.perf_counter()
        try:
            work(planned, entry)
        except SkipStep as skip:
            self._skip(entry, str(skip))
        except BaseException as error:
            if is_leaving(error):
                raise
            self._fail(entry, planned, error)
        finally:
            entry.import_ms = (imports.get(thread, 0.0) - imported) * 1000 or 0.0  # one for all
            entry.run_ms = (time.perf_counter() - started) * 1000 - entry.import_ms
        if self.watcher is not None:
            self.watcher.leave(entry, step.place, self.app)
        return True

    def run_other(
        self, entry: StepReport, written: Node | AppSpec, work: Callable[[], object]
    ) -> None:
        """Carry out what is no step, but is told to a watcher as if it were one."""
        if self.watcher is None:
            work()
            return
        imported, started = self._imports.get(self._thread, 0.0), time.perf_counter()
        work()
        entry.import_ms = (self._imports.get(self._thread, 0.0) - imported) * 1000
        entry.run_ms = (time.perf_counter() - started) * 1000 - entry.import_ms
        self.watcher.leave(entry, written.place, self.app)

    def finish(self) -> None:
        """Hand the finished report to the steps that wait for it.

        Raises:
            ProfileError: at what one of them now finds wrong with its options.
        """
        for planned, call in self.finishers:
            try:
                call(self.report)
            except StepFault as fault:
                raise ProfileError(self._describe(fault, planned)) from fault

    def warn(self, found: Diagnostic) -> None:
        """Tell of a warning that only shows while the app is assembled: log it, and note it."""
        (found,) = self.scrubber.scrub_diagnostics([found])
        text = f"{found.place}: {found.severity}[{found.code}] {found.message} [{found.name}]"
        log.warning("%s\n  hint: %s", text, found.hint)
        self.report.notes.append(text)
        if self.trial is not None:
            self.trial.tell_found([found])

    def _find_skip(self, planned: PlannedStep) -> str | None:
        """Return why a step is skipped, now that it is reached; ``None``: it is not."""
        condition = planned.step.condition
        if planned.decision is Decision.SKIPPED or condition is None:
            return planned.reason or ""
        for found in find_unset_keys(planned.step, self.app.config, self.loaded.plan.config):
            self.warn(found)
        try:
            holds, reason = condition(Facts(self.app.debug, self.app.config, self.loaded.plan.pool))
        except Exception as error:  # an object of the config is asked whether it is true
            raise ProfileError(self._describe(error, planned)) from error
        return None if holds else reason

    def _skip(self, entry: StepReport, reason: str) -> None:
        entry.outcome, entry.reason = Outcome.SKIPPED, reason
        self.scope.skipped[entry.name] = reason

    def _fail(self, entry: StepReport, planned: PlannedStep, error: BaseException) -> None:
        diagnostics = self._describe(error, planned)
        entry.outcome, entry.reason = Outcome.FAILED, diagnostics[0].message
        excuse = self.trial and self.trial.find_excuse(planned, error, diagnostics)
        if planned.step.on_error != "skip" and excuse is None:
            raise ProfileError(diagnostics) from error
        entry.outcome = Outcome.PARTIAL
        self.scope.skipped[entry.name] = f"it failed: {entry.reason}"
        log.warning("%s '%s' is skipped: %s", entry.kind, entry.name, entry.reason)

    def _place(self, fault: StepFault, planned: PlannedStep) -> Diagnostic:
        found = place_fault(fault, planned.step, planned.kind)
        history = self.report.get_history(fault.config[0]) if fault.config else []
        sources = self.loaded.plan.profile.config if history else ()
        source = next((one for one in sources if one.name == history[-1]), None)
        return found if source is None else place_in_source(found, source, fault.config)

    def _describe(self, error: BaseException, planned: PlannedStep) -> list[Diagnostic]:
        """Return what a step raised as diagnostics, with secrets masked."""
        step = planned.step
        if isinstance(error, ProfileError):
            found = list(error.diagnostics)
        elif isinstance(error, StepFault):
            found = [self._place(fault, planned) for fault in (error, *error.more)]
        else:
            failure = describe_failure(error)
            code = codes.SOURCE_FAILED if planned.kind == "config" else codes.STEP_FAILED
            message = f"{planned.kind} '{step.name}' failed: {failure.text}"
            hint = "Fix it where it was raised."
            if is_skippable(planned):
                hint = "Fix it where it was raised, or set `on_error: skip` to go on without it."
            found = [code.at(step.place, message, hint=hint, related=failure.related)]
        explained = found if self.trial is None else self.trial.explain(error, found)
        return self.scrubber.scrub_diagnostics(explained)
