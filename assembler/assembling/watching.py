"""Let a step have somebody look at the app after each step."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from assembler.planning.plan import Decision
from assembler.steps.forms import CatalogStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.assembling.assembly import Watcher
    from assembler.planning.plan import Plan

__all__ = ["watching"]


@contextmanager
def watching(plan: Plan, watcher: Watcher | None) -> Iterator[Watcher | None]:
    """Give who looks at the app: ``watcher``, else whom a step of the plan brings."""
    own = _find_own(plan) if watcher is None else None
    if own is None:
        yield watcher
    else:
        with own:
            yield own


def _find_own(plan: Plan) -> Any:  # noqa: ANN401 - a watcher that is entered first
    for planned in plan.extensions if plan.may_be_watched else ():
        form = planned.form
        is_skipped = planned.decision is Decision.SKIPPED
        if isinstance(form, CatalogStep) and form.find_watcher is not None and not is_skipped:
            return form.find_watcher(planned.step.options, plan)
    return None
