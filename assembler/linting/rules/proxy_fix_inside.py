"""Find what wraps the app after `proxy_fix` and so sees the proxy's address."""

from __future__ import annotations

from itertools import dropwhile
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import PROXY_FIX_INSIDE
from assembler.diagnostics.diagnostic import Related
from assembler.linting.facts.known_steps import is_known_as
from assembler.linting.rules.form import Rule
from assembler.steps.adapters import find_adapter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts
    from assembler.planning.plan import PlannedStep

__all__ = ["RULE"]

MOUNTS = "mounts"  # the one catalogue step that wraps the app where it is written, for others


def check_wrappers(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each step that wraps the app after `proxy_fix`."""
    if not any(map(_wraps, facts.due)):
        return
    fixed = next((one for one in facts.due if is_known_as(one.step, "proxy_fix")), None)
    if fixed is None:
        return
    for planned in dropwhile(lambda planned: planned is not fixed, facts.due):
        step = planned.step
        if planned is not fixed and _wraps(planned) and not is_known_as(step, "proxy_fix"):
            yield PROXY_FIX_INSIDE.at(
                step.place,
                f"'{step.name}' wraps the app outside '{fixed.step.name}' and gets the proxy's "
                "address, not the client's",
                hint=f"Move '{fixed.step.name}' after '{step.name}'.",
                related=(Related(fixed.step.place, f"'{fixed.step.name}' is here"),),
            )


def _wraps(planned: PlannedStep) -> bool:
    adapter = find_adapter(planned.step.as_)
    return planned.step.use == MOUNTS or (adapter is not None and adapter.wraps)


RULE = Rule(PROXY_FIX_INSIDE, check_profile=check_wrappers)
