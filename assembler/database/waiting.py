"""Wait for a database, or for what others do to it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from assembler.database.sqlite import is_busy
from assembler.database.state import call_within, describe_away, ping
from assembler.database.url import AT_HINT
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.secrets.text_secrets import mask_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembler.database.state import Target

__all__ = ["Wait", "wait_for_database"]

POLL_SECONDS = 0.1
# What a server answers that waiting does not change.
REFUSALS = (
    *("authentication failed", "does not exist", "no pg_hba.conf entry"),
    "statement pooling mode",  # PgBouncer's, in which there are no transactions
)


class Wait(NamedTuple):
    """How long to wait for something, and where to say so."""

    timeout_seconds: float
    emit: Callable[[str], None]

    def until(self, attempt: Callable[[float], str | None], words: str) -> str | None:
        """Call ``attempt`` until it returns ``None`` or time is up, and return its last fault.

        Args:
            attempt: Takes the seconds that are left; returns why it has to be tried again.
            words: What is emitted before the wait.
        """
        deadline = time.monotonic() + self.timeout_seconds
        has_said = False
        while (fault := attempt(max(deadline - time.monotonic(), POLL_SECONDS))) is not None:
            if time.monotonic() + POLL_SECONDS > deadline:
                break
            if not has_said:
                self.emit(f"{words}, waiting up to {self.timeout_seconds:g} s: {fault}")
                has_said = True
            time.sleep(POLL_SECONDS)
        return fault


def wait_for_database(target: Target, wait: Wait) -> None:
    """Return once the database accepts a connection.

    Raises:
        ProfileError: it did not in time, or it refuses for a reason that time does not change.
    """
    engine = target.engine
    shown = mask_text(engine.url.render_as_string(hide_password=False))

    def fail(fault: str) -> ProfileError:
        message = f'no connection to the database "{shown}": {fault}'
        hint = "Start the database, or fix its URL in the app's config."
        if "@" in (engine.url.host or ""):
            hint = AT_HINT
        return ProfileError([codes.DATABASE_AWAY.at(target.place, message, hint=hint)])

    def connect(seconds: float) -> str | None:
        try:
            call_within(seconds, engine, lambda: ping(engine))
        except (SQLAlchemyError, OSError) as error:
            fault = target.scrub(describe_away(error, seconds))
            # A SQLite file that cannot be opened is nobody's to start.
            is_file = engine.dialect.name == "sqlite" and not is_busy(getattr(error, "orig", None))
            if is_file or any(words in fault for words in REFUSALS):
                raise fail(fault) from error
            return fault
        return None

    fault = wait.until(connect, "the database is away")
    if fault is not None:
        raise fail(fault)
