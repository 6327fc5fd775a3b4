"""Ask the policy about the code and the files that a profile names outside of references."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.document.nodes import MappingNode, ScalarNode, SequenceNode, find_place, is_reference
from assembler.linting.facts.named_objects import soften
from assembler.planning.mounted import iter_mounted
from assembler.planning.placed_faults import place_fault
from assembler.planning.plan import Decision
from assembler.policy import Use
from assembler.serving.celery_pool import CELERY_ROLES
from assembler.steps.celery_code import resolve_code
from assembler.steps.forms import CatalogStep
from assembler.steps.named_places import Asker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Code, Diagnostic
    from assembler.document.nodes import Node
    from assembler.linting.facts.lint_facts import ProfileFacts
    from assembler.planning.plan import PlannedStep
    from assembler.policy import Policy

__all__ = ["iter_place_faults", "read_known"]

UNKNOWN = object()
INSTANCE = "instance"  # Flask's folder, next to a package that is not installed


def iter_place_faults(facts: ProfileFacts, code: Code) -> Iterator[Diagnostic]:
    """Yield what is certain to be refused with ``code``; follows links."""
    settings = facts.policy.settings
    if settings.allow is None and settings.allow_files is None:
        return
    for found in _iter_faults(facts):
        if found.code == code.number:
            yield found


def read_known(options: MappingNode) -> dict[str, Any]:
    """Return the options whose values are written, without those that only a run knows."""
    known = {key: _read(entry.value) for key, entry in options.entries.items()}
    return {key: value for key, value in known.items() if value is not UNKNOWN}


def _read(node: Node) -> Any:  # noqa: ANN401 - YAML holds anything
    if isinstance(node, ScalarNode):
        return UNKNOWN if node.unknown or "\0" in node.text else node.value
    if isinstance(node, SequenceNode):
        return [value for value in map(_read, node.items) if value is not UNKNOWN]
    assert isinstance(node, MappingNode)
    return UNKNOWN if is_reference(node) else read_known(node)


def _iter_faults(facts: ProfileFacts) -> Iterator[Diagnostic]:
    profile, policy = facts.profile, facts.policy
    app = read_known(profile.app.options)
    for fault in Asker(policy, facts.root).iter_flask_faults(app):
        yield place_fault(fault, profile.app, "app")
    for fault in Asker(policy, facts.root).iter_server_faults(read_known(profile.server.options)):
        place, _ = find_place(profile.server.options, fault.option)
        yield (fault.code or codes.FILE_NOT_ALLOWED).at(place, fault.message, hint=fault.hint)
    for part, places in (
        (profile.server, profile.find_server_places()),
        (profile.worker, profile.find_worker_places()),
    ):
        for fault in Asker(policy, facts.root).iter_place_faults(places):
            place = part.place_of(str(fault.option[0]))
            yield (fault.code or codes.FILE_NOT_ALLOWED).at(place, fault.message, hint=fault.hint)
    yield from _iter_celery(facts, profile.worker.options)
    instance = app.get("instance_path")
    known = Path(instance) if isinstance(instance, str) else facts.root / INSTANCE
    asker = Asker(policy, facts.root, known)
    for planned in facts.due:
        if planned.decision is not Decision.SKIPPED:
            for found in _iter_step(facts, asker, planned):
                yield soften(found, planned)


def _iter_step(facts: ProfileFacts, asker: Asker, planned: PlannedStep) -> Iterator[Diagnostic]:
    step, form = planned.step, planned.form
    options = read_known(step.options)
    for node in iter_mounted(step):
        file = facts.profile.get_folder(node) / node.text
        fault = facts.policy.find_refusal(file, Use.FILE, shown=node.text)
        if fault is not None:
            yield codes.FILE_NOT_ALLOWED.at(node.place, fault.message, hint=fault.hint)
    if step.use == "celery":
        yield from _iter_celery(facts, step.options.get("settings"))
    if not isinstance(form, CatalogStep):
        for fault in asker.iter_blueprint_faults({**read_known(step.init), **options}):
            yield place_fault(fault, step, planned.kind)
    else:
        for fault in asker.iter_option_faults(form.options, options):
            yield place_fault(fault, step, planned.kind)
        if form.options.model_config.get("extra") == "allow":
            for fault in asker.iter_flask_faults(options):
                yield place_fault(fault, step, planned.kind)


def _iter_celery(facts: ProfileFacts, settings: Node | None) -> Iterator[Diagnostic]:
    """Yield what Celery's settings name that is certain to be refused."""
    if not isinstance(settings, MappingNode) or is_reference(settings):
        return
    is_worker = facts.profile.role in CELERY_ROLES
    for key, value in read_known(settings).items():
        try:
            resolve_code({key: value}, partial(_ask, facts.policy), is_worker=is_worker)
        except StepFault as fault:
            place, _ = find_place(settings, fault.option)
            yield (fault.code or codes.NOT_ALLOWED).at(place, fault.message, hint=fault.hint)


def _ask(policy: Policy, reference: str) -> None:
    """Raise why a reference is refused by its module alone."""
    fault = policy.find_refusal(reference.partition(":")[0], Use.MODULE)
    if fault is not None:
        raise fault
