"""Compare the database's revision with the head of the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.database.state import DatabaseStatus, find_database_state
from assembler.diagnostics.diagnostic import ProfileError
from assembler.doctor.form import Check, Finding, Verdict
from assembler.entry.profile_choice import find_migrations_profile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.doctor.form import Examined

__all__ = ["CHECK"]


def examine_schema(examined: Examined) -> Iterator[Finding]:
    """Read the revisions' files without running them."""
    assert examined.app is not None
    state = find_database_state(examined.app)
    current = state.current or "no revision"
    if state.status is DatabaseStatus.HEAD:
        yield Finding(Verdict.OK, f"at head, {state.head or 'there are no revisions'}")
    elif state.status is DatabaseStatus.AHEAD:
        remedy = "Run the code that has migrated it, unless it is about to be rolled out."
        yield Finding(Verdict.WARNING, f"ahead of this code, at {current}", remedy)
    elif state.status is DatabaseStatus.BEHIND:
        message = state.detail or f"at {current}, and the head is {state.head}"
        yield Finding(Verdict.FAILED, message, f"Run {_render_command(examined)}.")
    elif state.status is DatabaseStatus.NONE:
        yield Finding(Verdict.OK, f"not compared: {state.detail}")
    else:
        yield Finding(Verdict.FAILED, f"not compared: {state.detail}", "Start the database.")


def _render_command(examined: Examined) -> str:
    """Render the command that migrates, with its profile where that can be told."""
    assert examined.loaded is not None
    try:
        return f"`assembler migrate {find_migrations_profile(examined.loaded.policy)}`"
    except ProfileError:
        return "`assembler migrate` with the profile that migrates"


CHECK = Check(examine_schema, needs="app")
