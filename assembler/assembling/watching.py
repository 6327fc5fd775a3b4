"""Let a step have somebody look at the app after each step."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from assembler.planning.plan import Decision
from assembler.steps.forms import CatalogStep

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from assembler.assembling.assembly import Watcher
    from assembler.planning.plan import Plan

__all__ = ["watching"]


def watching(plan: Plan, watcher: Watcher | None) -> AbstractContextManager[Watcher | None]:
    """Return what gives who looks at the app: ``watcher``, else whom a step of the plan brings."""
    own = _find_own(plan) if watcher is None and plan.may_be_watched else None
    return nullcontext(watcher) if own is None else own


def _find_own(plan: Plan) -> Any:  # noqa: ANN401 - a watcher, which gives itself when entered
    for planned in plan.extensions:
        form = planned.form
        is_skipped = planned.decision is Decision.SKIPPED
        if isinstance(form, CatalogStep) and form.find_watcher is not None and not is_skipped:
            return form.find_watcher(planned.step.options, plan)
    return None
