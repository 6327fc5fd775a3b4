"""Decide whether a failure is the profile's fault, or due to what a trial cannot have."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place
from assembler.diagnostics.failures import describe_failure
from assembler.trial.causes import is_of_database, is_of_network
from assembler.trial.messages import dump_diagnostic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.planning.plan import PlannedStep
    from assembler.trial.stand_in import Databases

__all__ = ["Judge"]

# What a later step may fail with only because an earlier one did not do its work.
DOUBTFUL = frozenset(
    code.number
    for code in (
        *(codes.STEP_FAILED, codes.SOURCE_FAILED, codes.CALL_FAILED, codes.FORMAT_FAILED),
        *(codes.IMPORT_FAILED, codes.APP_ATTRIBUTE_MISSING, codes.CONFIG_KEY_MISSING),
        *(codes.SETTINGS_INVALID, codes.DEFAULT_SECRET),
    )
)
DATABASE_HINT = "Pass a database like the real one with `--database-url`."


class Judge:
    """Reports to the linter over a pipe what happens; the `Trial` of an `Assembly`."""

    def __init__(
        self, pipe: int, profile: str, databases: Databases, *, is_database_given: bool
    ) -> None:
        """Keep where to report to, and what is tried."""
        self._pipe = pipe
        self._network_hint = (
            f"Assemble it where its services can be reached: `assembler flask {profile} routes`."
        )
        self._databases = databases
        self._is_database_given = is_database_given
        self._thread = _get_thread()
        self._reached: list[str] = []  # since the step began, in its own thread
        self._unchecked: dict[str, Place] = {}  # the steps that could not be checked
        self._place, self._doing = Place(profile), ""

    def tell(self, **message: object) -> None:
        """Send one message."""
        os.write(self._pipe, json.dumps(message).encode() + b"\n")

    def tell_found(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Send findings."""
        for found in diagnostics:
            self.tell(found=dump_diagnostic(found))

    def note_reached(self, address: str) -> None:
        """Keep that this thread tried to reach ``address``; those of other threads are ignored."""
        if _get_thread() == self._thread and address not in self._reached:
            self._reached.append(address)
            self.tell(reached=address)

    def enter(self, place: Place, doing: str) -> None:
        """Report what happens from now on; ``doing`` follows "while"."""
        self._thread = _get_thread()
        self._reached.clear()
        self._place, self._doing = place, doing
        self.tell(at=place, doing=doing)

    def enter_step(self, planned: PlannedStep) -> None:
        """Report that a step runs from now on."""
        step = planned.step
        self.enter(step.place, f"{planned.kind} '{step.name}' ran")

    def find_excuse(
        self, planned: PlannedStep, error: BaseException, diagnostics: Sequence[Diagnostic]
    ) -> str | None:
        """Return why a step that failed could not be checked; ``None``: it would fail anywhere.

        What could not be checked is reported, as info.
        """
        step = planned.step
        reason, hint = self._find_reason(error, diagnostics)
        if reason is None:
            return None
        self._unchecked[step.name] = step.place
        self._tell_unchecked(f"{planned.kind} '{step.name}'", step.place, reason, hint, diagnostics)
        return reason

    def tell_failure(self, error: BaseException, diagnostics: Sequence[Diagnostic]) -> None:
        """Send what ended the trial, as an excuse if it is one."""
        reason, hint = self._find_reason(error, diagnostics)
        if reason is None:
            self.tell_found(diagnostics)
            return
        self._tell_unchecked("the app", diagnostics[0].place, reason, hint, diagnostics)

    def tell_left(self, leaving: SystemExit) -> None:
        """Report that the project's code ended the process instead of making an app."""
        failure = describe_failure(leaving)
        message = f"the app called `sys.exit()` while {self._doing}: {failure.text}"
        hint = "Raise an error instead of exiting."
        found = codes.ASSEMBLING_CRASHED.at(
            self._place, message, hint=hint, related=failure.related
        )
        self.tell_found([found])

    def _find_reason(
        self, error: BaseException, diagnostics: Sequence[Diagnostic]
    ) -> tuple[str | None, str]:
        if is_of_network(error):
            return "it needs the network", self._network_hint
        if self._reached:
            return f"it tried to reach {self._reached[-1]}", self._network_hint
        is_empty = self._databases.is_empty_in_use and not self._is_database_given
        if is_empty and is_of_database(error):
            return "an empty SQLite database is not enough for it", DATABASE_HINT
        if self._unchecked and all(self._is_doubtful(one) for one in diagnostics):
            earlier = next(iter(self._unchecked))
            return f"'{earlier}', before it, was not checked", self._network_hint
        return None, ""

    def _is_doubtful(self, found: Diagnostic) -> bool:
        if found.code == codes.STEP_WAS_SKIPPED.number:
            return any(f"'{name}'" in found.message for name in self._unchecked)
        return found.code in DOUBTFUL

    def _tell_unchecked(
        self,
        what: str,
        place: Place,
        reason: str,
        hint: str,
        diagnostics: Sequence[Diagnostic],
    ) -> None:
        first = diagnostics[0]
        said = first.message.rpartition(" failed: ")[2]
        message = f"{what} is not checked, {reason}: {said}"
        found = codes.NOT_CHECKED.at(place, message, hint=hint, related=first.related)
        self.tell_found([found])


def _get_thread() -> int:
    """Return the thread, or the greenlet: gevent replaces the function in its module."""
    import _thread  # noqa: PLC0415 - it is looked up anew each time

    return _thread.get_ident()
