"""Note keys of `server` that nothing reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import SERVER_KEYS_NOT_IN_FORCE
from assembler.linting.rules.form import Rule
from assembler.serving.choice import (
    build_unused_management_notice,
    build_unused_workers_notice,
    choose_server,
)
from assembler.serving.server_options import find_set_aside

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic, Place
    from assembler.language.profile import ServerSpec
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_keys"]


def check_keys(facts: ProfileFacts) -> Iterable[Diagnostic]:
    """Report what the server that the profile gets does not read."""
    spec = facts.profile.server
    # One process is what ``workers: 1`` asks for.
    workers = None if spec.workers == 1 else _find_beside_use(spec, "workers")
    if spec.use in {"gevent", "werkzeug"} and workers is not None:
        yield build_unused_workers_notice(spec.use, workers)
    management = None if spec.management_bind is None else _find_beside_use(spec, "management_bind")
    if spec.use == "werkzeug" and management is not None:
        yield build_unused_management_notice(management)
    aside = find_set_aside(spec, choose_server(facts.plan))
    if aside is not None:
        yield aside


def _find_beside_use(spec: ServerSpec, key: str) -> Place | None:
    """Return the place of a key in the file that names the server.

    What is inherited from a base is for the others that extend it.
    """
    use, node = spec.node.get("use"), spec.node.get(key)
    if use is None or node is None or use.path != node.path:
        return None
    return node.place


RULE = Rule(SERVER_KEYS_NOT_IN_FORCE, check_profile=check_keys)
