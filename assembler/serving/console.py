"""Find the console in a profile: where it answers, and whether anything keeps strangers out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics import codes
from assembler.document.nodes import ScalarNode
from assembler.planning.plan import Decision
from assembler.steps.own_routes import CONSOLE_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic, Place
    from assembler.document.nodes import MappingNode
    from assembler.planning.plan import Plan
    from assembler.serving.bind import Bind

__all__ = ["Console", "find_console", "find_unguarded_faults"]

GUARDS = ("token", "authorize")


class Console(NamedTuple):
    """The console of a profile."""

    name: str  # of its step
    prefix: str  # the path below which it answers
    is_guarded: bool  # by a token or a callable of the profile's
    place: Place  # of its step


def find_console(plan: Plan) -> Console | None:
    """Return the console of a plan, unless it is certainly skipped."""
    for planned in plan.extensions:
        if planned.step.use == "console" and planned.decision is not Decision.SKIPPED:
            step = planned.step
            return Console(
                step.name, _find_prefix(step.options), _is_guarded(step.options), step.place
            )
    return None


def find_unguarded_faults(
    plan: Plan, binds: Iterable[Bind], management: Bind | None
) -> list[Diagnostic]:
    """Report a console that strangers reach, and nothing keeps them out of.

    Args:
        plan: Whose.
        binds: The app's addresses.
        management: Where the console is in their place.
    """
    console = find_console(plan)
    if console is None or console.is_guarded:
        return []
    reached = [one for one in ([management] if management else binds) if not one.is_loopback]
    if not reached:
        return []
    return [
        codes.CONSOLE_UNGUARDED.at(
            console.place,
            f'the console needs a token: other machines reach it at "{reached[0]}"',
            hint="Set `token` or `authorize`, or turn the step off with `when`.",
        )
    ]


def _find_prefix(options: MappingNode) -> str:
    node = options.get("url_prefix")
    return node.text if isinstance(node, ScalarNode) else CONSOLE_PREFIX


def _is_guarded(options: MappingNode) -> bool:
    """Return whether one of the options is set; what is not known yet may be."""
    return any(_is_set(options, name) for name in GUARDS)


def _is_set(options: MappingNode, name: str) -> bool:
    node = options.get(name)
    if isinstance(node, ScalarNode):
        return node.unknown or bool(node.text.strip() and node.value is not None)
    return node is not None
