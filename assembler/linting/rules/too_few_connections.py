"""Find a worker whose tasks wait for each other's database connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import TOO_FEW_CONNECTIONS
from assembler.document.nodes import ScalarNode
from assembler.linting.rules.form import Rule
from assembler.planning.plan import Decision
from assembler.serving.celery_pool import GREENLETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts
    from assembler.planning.plan import PlannedStep

__all__ = ["RULE", "check_connections"]

# SQLAlchemy's own: `QueuePool`.
DEFAULTS = {"pool_size": 5, "max_overflow": 10}


def check_connections(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report a pool of greenlets or threads with more tasks at once than connections."""
    profile = facts.profile
    planned = facts.due_by_use.get("database")
    tasks = _count_tasks(profile.pool, profile.worker.concurrency)
    if planned is None or tasks is None or planned.decision is Decision.SKIPPED:
        return
    if "SQLALCHEMY_ENGINE_OPTIONS" in facts.set_values or not _is_pooled(facts):
        return
    counts = [_read_count(planned, key) for key in DEFAULTS]
    size, overflow = counts
    if size is None or overflow is None or overflow < 0 or tasks <= size + overflow:
        return
    place = profile.worker.place_of("concurrency")
    if "worker" not in profile.node.entries:
        place = planned.place
    message = f"{tasks} tasks at once share {size + overflow} connections to the database"
    hint = "Raise `pool_size` of the step `database`, or lower `concurrency` in `worker`."
    yield TOO_FEW_CONNECTIONS.at(place, message, hint=hint)


def _count_tasks(pool: str | None, concurrency: int | str) -> int | None:
    """Return how many tasks share a pool of connections; ``None``: one, or it is not known."""
    if pool not in {"gevent", "threads"}:
        return None
    if isinstance(concurrency, int):
        return concurrency
    return GREENLETS if pool == "gevent" else None


def _is_pooled(facts: ProfileFacts) -> bool:
    """Return whether the database is certainly one with a pool of a size."""
    return bool(facts.databases) and all(
        one.is_certain and not one.scheme.startswith("sqlite") for one in facts.databases
    )


def _read_count(planned: PlannedStep, key: str) -> int | None:
    node = planned.step.options.get(key)
    if node is None:
        return DEFAULTS[key]
    if isinstance(node, ScalarNode) and not node.unknown and isinstance(node.value, int):
        return node.value
    return None


RULE = Rule(TOO_FEW_CONNECTIONS, check_profile=check_connections)
