"""Note keys of `server` that nothing reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import SERVER_KEYS_NOT_IN_FORCE
from assembler.linting.rules.form import Rule
from assembler.serving.choice import build_unused_workers_notice, choose_server
from assembler.serving.server_options import find_set_aside

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_keys"]


def check_keys(facts: ProfileFacts) -> Iterable[Diagnostic]:
    """Report what the server that the profile gets does not read."""
    yield from _check_workers(facts)
    spec = facts.profile.server
    aside = find_set_aside(spec, choose_server(facts.plan))
    if aside is not None:
        yield aside


def _check_workers(facts: ProfileFacts) -> Iterable[Diagnostic]:
    """Report the number of workers of a server that has one process.

    One process is what ``workers: 1`` asks for. A number that is inherited from a base is for the
    others that extend it.
    """
    spec = facts.profile.server
    if spec.use not in {"gevent", "werkzeug"} or spec.workers == 1:
        return ()
    use, workers = spec.node.get("use"), spec.node.get("workers")
    if use is None or workers is None or use.path != workers.path:
        return ()
    return (build_unused_workers_notice(spec.use, workers.place),)


RULE = Rule(SERVER_KEYS_NOT_IN_FORCE, check_profile=check_keys)
