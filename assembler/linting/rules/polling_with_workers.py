"""Find Socket.IO over polling where more than one worker answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import POLLING_WITH_WORKERS
from assembler.document.nodes import ScalarNode, SequenceNode
from assembler.linting.rules.form import Rule
from assembler.planning.plan import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_polling"]

STEP, POLLING = "socketio", "polling"


def check_polling(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report a step `socketio` that allows polling with more than one worker."""
    planned, server = facts.due_by_use.get(STEP), facts.profile.server
    if planned is None or planned.decision is Decision.SKIPPED:
        return
    workers = server.workers
    if server.use in {"gevent", "werkzeug"} or not isinstance(workers, int) or workers == 1:
        return
    options = planned.step.options
    transports = options.get("transports")
    if "server" in options.entries or not _has_polling(transports):
        return
    message = f"with {workers} workers, the requests of one client that polls reach different ones"
    hint = "Set `transports: [websocket]` in the step, and in the clients."
    place = planned.step.place if transports is None else transports.place
    yield POLLING_WITH_WORKERS.at(place, message, hint=hint)


def _has_polling(transports: object) -> bool:
    """Return whether a client certainly may poll, which it may by default."""
    items = transports.items if isinstance(transports, SequenceNode) else ()
    return transports is None or any(
        isinstance(item, ScalarNode) and item.value == POLLING for item in items
    )


RULE = Rule(POLLING_WITH_WORKERS, check_profile=check_polling)
