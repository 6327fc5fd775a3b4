"""Reject an address that something else already listens on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import ADDRESS_IN_USE
from assembler.diagnostics.diagnostic import Collector, Related
from assembler.document.nodes import SequenceNode
from assembler.linting.rules.form import Rule
from assembler.serving.bind import parse_binds, parse_management_bind
from assembler.serving.server_options import select_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.language.profile import ServerSpec
    from assembler.linting.facts.lint_facts import ProfileFacts
    from assembler.serving.bind import Bind

__all__ = ["RULE", "check_repeated_binds"]

LIMIT_BINDS = 100  # each is compared with each
EVERY = "0.0.0.0"  # noqa: S104 - compared with, not bound to


def check_repeated_binds(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each address that an earlier one of the profile takes."""
    spec = facts.profile.server
    management = parse_management_bind(facts.profile, Collector())
    is_list = isinstance(spec.node.get("bind"), SequenceNode)
    if (management is None and not is_list) or _reuses_port(spec):
        return
    earlier: list[Bind] = []
    binds = parse_binds(facts.profile, Collector())[:LIMIT_BINDS]
    for bind in (*binds, *([] if management is None else [management])):
        taken = next((one for one in earlier if _takes(one, bind)), None)
        if taken is not None:
            yield ADDRESS_IN_USE.at(
                bind.place,
                f'the address "{bind}" is already in use',
                hint="Remove it, or use another port.",
                related=(Related(taken.place, "by this one"),),
            )
        earlier.append(bind)


def _reuses_port(spec: ServerSpec) -> bool:
    return "reuse_port" in select_options(spec, "gunicorn").entries


def _takes(one: Bind, other: Bind) -> bool:
    if one.path is not None or other.path is not None:
        return one.path == other.path
    hosts = {one.host, other.host}
    is_same = len(hosts) == 1 or (EVERY in hosts and not any(":" in host for host in hosts))
    return is_same and one.port == other.port != 0


RULE = Rule(ADDRESS_IN_USE, check_profile=check_repeated_binds)
