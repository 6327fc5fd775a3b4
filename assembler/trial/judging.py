"""Decide whether a failure is the profile's fault, or due to what a trial cannot have."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place
from assembler.diagnostics.failures import describe_failure
from assembler.diagnostics.plain import dump_diagnostic
from assembler.secrets.memory import Secrets, iter_environment_secrets
from assembler.trial.causes import has_exited, is_of_database, is_of_network
from assembler.trial.last_words import LastWords

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assembler.diagnostics.diagnostic import Diagnostic, ProfileError
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
# What only somebody who calls `create_app` can pass.
OF_THE_CALLER = frozenset({codes.ARGUMENT_MISSING.number, codes.CALLER_CONFIG_MISSING.number})
CALLER_HINT = "Write a `default` for what a caller may leave out."
EXIT = re.compile(r"\bSystemExit(: \d+)?$")
DATABASE_HINT = "Pass a database like the real one with `--database-url`."


class Judge:
    """Reports to the linter over a pipe what happens; the `Trial` of an `Assembly`."""

    def __init__(self, pipe: int, profile: str, databases: Databases) -> None:
        """Keep where to report to, and what is tried; listen to what the app prints."""
        self._words = LastWords()
        self._pipe = pipe
        self._network_hint = (
            f"Assemble it where its services can be reached: `assembler flask {profile} routes`."
        )
        self._databases = databases
        self._thread = _get_thread()
        self._reached: list[str] = []  # since the step began, in its own thread
        self._unchecked: list[str] = []  # the steps that could not be checked
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
        self._words.forget()
        self._place, self._doing = place, doing
        self.tell(at=place, doing=doing)

    def enter_step(self, planned: PlannedStep) -> None:
        """Report that a step runs from now on."""
        step = planned.step
        self.enter(step.place, f"{planned.kind} '{step.name}' ran")

    def explain(
        self, error: BaseException, diagnostics: Sequence[Diagnostic]
    ) -> Sequence[Diagnostic]:
        """Return what led to an exit with the reason that was printed before it."""
        line = self._words.find_line() if has_exited(error) else None
        if line is None:
            return diagnostics
        self._words.forget()  # said once
        return [
            replace(
                one, message=EXIT.sub(lambda end: f'{end[0]}, after it wrote "{line}"', one.message)
            )
            for one in diagnostics
        ]

    def find_excuse(
        self, planned: PlannedStep, error: BaseException, diagnostics: Sequence[Diagnostic]
    ) -> str | None:
        """Return why a step that failed could not be checked; ``None``: it would fail anywhere.

        What could not be checked is reported, as info.
        """
        what = f"{planned.kind} '{planned.step.name}'"
        reason = self._excuse(what, planned.step.place, error, diagnostics)
        if reason is not None:
            self._unchecked.append(planned.step.name)
        return reason

    def tell_failure(self, error: ProfileError) -> None:
        """Report what ended the trial, as an excuse if it is one."""
        found = [_scrub(one) for one in self.explain(error, error.diagnostics)]
        if self._excuse("the app", found[0].place, error, found) is None:
            self.tell_found(found)

    def tell_left(self, leaving: SystemExit) -> None:
        """Report that the project's code ended the process instead of making an app."""
        failure = describe_failure(leaving)
        message = f"the app called `sys.exit()` while {self._doing}: {failure.text}"
        hint = "Raise an error instead of exiting."
        found = codes.ASSEMBLING_CRASHED.at(
            self._place, message, hint=hint, related=failure.related
        )
        self.tell_found([_scrub(one) for one in self.explain(leaving, [found])])

    def _excuse(
        self, what: str, place: Place, error: BaseException, diagnostics: Sequence[Diagnostic]
    ) -> str | None:
        """Return why ``what`` could not be checked, and report that; ``None``: it was checked."""
        hint = self._network_hint
        if is_of_network(error):
            reason = "it needs the network"
        elif self._reached:
            reason = f"it tried to reach {self._reached[-1]}"
        elif self._databases.is_empty_in_use and is_of_database(error):
            reason, hint = "an empty SQLite database is not enough for it", DATABASE_HINT
        elif self._unchecked and all(self._is_doubtful(one) for one in diagnostics):
            reason = f"'{self._unchecked[0]}', before it, was not checked"
        elif all(one.code in OF_THE_CALLER for one in diagnostics):
            reason, hint = "it needs what its caller passes", CALLER_HINT
        else:
            return None
        first = diagnostics[0]
        failure = first.message.rpartition(" failed: ")[2]
        message = f"{what} is not checked, {reason}: {failure}"
        found = codes.NOT_CHECKED.at(place, message, hint=hint, related=first.related)
        self.tell_found([found])
        return reason

    def _is_doubtful(self, found: Diagnostic) -> bool:
        if found.code == codes.STEP_WAS_SKIPPED.number:
            return any(f"'{name}'" in found.message for name in self._unchecked)
        return found.code in DOUBTFUL


def _scrub(found: Diagnostic) -> Diagnostic:
    """Mask the secrets that are known without the app's config."""
    secrets = Secrets()
    secrets.add(*iter_environment_secrets(os.environ))
    return replace(found, message=secrets.scrub(found.message))


def _get_thread() -> int:
    """Return the thread, or the greenlet: gevent replaces the function in its module."""
    import _thread  # noqa: PLC0415 - it is looked up anew each time

    return _thread.get_ident()
