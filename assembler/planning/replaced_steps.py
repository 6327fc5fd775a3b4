"""Report what an overlay's step without a name replaces: it may be meant as a step of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Related
from assembler.planning.step_forms import KINDS, find_form
from assembler.steps.forms import CatalogStep

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Collector
    from assembler.language.merging_steps import Changes

__all__ = ["check_replaced"]


def check_replaced(changes: Changes, found: Collector) -> None:
    """Report each step that took the place of a base's by its ``use`` alone.

    Of what an app takes only once, nobody means a second one.
    """
    for one in changes.replaced:
        form = find_form(KINDS[one.key], one.name)
        if isinstance(form, CatalogStep) and form.once:
            continue
        found.add(
            codes.STEP_REPLACED.at(
                one.new,
                f"this step changes the base's '{one.name}', since it has no name of its own",
                hint=f"Add `name: {one.name}` to change that step, or another `name` to add one.",
                related=(Related(one.old, f"'{one.name}' is here"),),
            )
        )
