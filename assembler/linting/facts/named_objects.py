"""Find the Python objects that a profile names, and which exist, without importing anything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Severity
from assembler.diagnostics.faults import StepFault
from assembler.document.nodes import MappingNode, ScalarNode, SequenceNode, iter_scalars
from assembler.document.scalars import STEP_KEYS
from assembler.linting.facts.config_names import iter_config_names
from assembler.planning.plan import Decision
from assembler.planning.step_forms import find_naming_options
from assembler.references.reference import is_catalog_name, is_profile_path, parse_reference
from assembler.references.reference_forms import (
    NAMES_OBJECT,
    build_fault_diagnostics,
    iter_references,
)
from assembler.steps.adapters import find_adapter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.diagnostics.diagnostic import Code, Diagnostic
    from assembler.linting.facts.profile_view import ProfileView
    from assembler.modules.static_object import StaticObject
    from assembler.planning.plan import PlannedStep

__all__ = [
    "NamedObject",
    "ResolvedObject",
    "find_named_objects",
    "iter_reference_faults",
    "resolve_named_objects",
    "soften",
]

OF_MODULES = frozenset({codes.MODULE_NOT_FOUND, codes.IMPORT_FAILED})


class NamedObject(NamedTuple):
    """A value of a profile that names an object."""

    node: ScalarNode
    text: str  # the reference, as it will be resolved
    planned: PlannedStep | None = None  # the step; ``None``: the app, or the server
    call: MappingNode | None = None  # the `$call` whose callable it is
    is_use: bool = False  # it is the ``use`` of the app or of the step
    is_close: bool = False  # it closes what the step made
    is_server: bool = False  # the server names it


class ResolvedObject(NamedTuple):
    """A named object, and what is known of it."""

    named: NamedObject
    found: StaticObject | None
    fault: StepFault | None  # where it is certain that resolving it fails


def find_named_objects(view: ProfileView) -> Iterator[NamedObject]:
    """Iterate over all that the app, the server, and the steps that may run name.

    A step that a variable turns off may run elsewhere.
    Values with `${…}` are left out: they are not allowed there, which is reported elsewhere.
    """
    profile = view.profile
    use = profile.app.node.get("use")
    # A module alone makes no app, which is said already.
    if isinstance(use, ScalarNode) and not use.is_interpolated and ":" in use.text.rstrip(":"):
        yield NamedObject(use, use.text, is_use=True)
    yield from _iter_options(profile.app.options, None)
    for named in _iter_options(profile.server.options, None):
        yield named._replace(is_server=True)
    for one in iter_config_names(view):
        yield NamedObject(one.node, one.reference, one.planned)
    for planned in (*view.plan.config, *view.plan.extensions):
        if planned.decision is not Decision.SKIPPED or _is_by_variable(planned):
            yield from _iter_step(planned)


def resolve_named_objects(
    view: ProfileView, named_objects: Iterable[NamedObject]
) -> Iterator[ResolvedObject]:
    """Look up what the profile names; reads the files of the modules that the policy allows.

    Once a module was named that changes where modules are found, none is said to be missing.
    """
    modules, is_settled = view.modules, True
    for named in named_objects:
        try:
            module = parse_reference(named.text).module
        except StepFault as fault:
            yield ResolvedObject(named, None, fault)
            continue
        if not view.policy.is_module_allowed(module):
            continue
        try:
            is_followed = named.is_use or named.is_close or named.call is not None
            found = modules.resolve(named.text, is_followed=is_followed)
            yield ResolvedObject(named, found, None)
        except StepFault as fault:
            is_certain = is_settled or fault.code not in OF_MODULES
            yield ResolvedObject(named, None, fault if is_certain else None)
        is_settled = is_settled and modules.is_settled(module)


def iter_reference_faults(resolved: Iterable[ResolvedObject], code: Code) -> Iterator[Diagnostic]:
    """Report each object of which it is certain that resolving it fails with ``code``."""
    for one in resolved:
        if one.fault is not None and one.fault.code is code:
            for found in build_fault_diagnostics(one.fault, one.named.node):
                yield soften(found, one.named.planned)


def soften(found: Diagnostic, planned: PlannedStep | None) -> Diagnostic:
    """Make an error a warning in a step that the app may boot without.

    It is skipped when it fails, or may not run at all.
    """
    is_needed = planned is None or (
        planned.step.on_error != "skip" and planned.decision is Decision.RUNS
    )
    if is_needed:
        return found
    return replace(found, severity=Severity.WARNING)


def _is_by_variable(planned: PlannedStep) -> bool:
    return any(one.is_interpolated for one in iter_scalars(planned.step.node.get("when")))


def _iter_step(planned: PlannedStep) -> Iterator[NamedObject]:
    step = planned.step
    is_reference = not is_catalog_name(step.use)
    if is_reference and not is_profile_path(step.use) and "${" not in step.use:
        use: ScalarNode = step.node.entries["use"].value  # type: ignore[assignment]  # typed as a string
        if not use.plain or step.use.partition(":")[0] not in STEP_KEYS:  # else it lacks a space
            yield NamedObject(use, step.use, planned, is_use=True)
    close = step.node.get("close")
    if isinstance(close, ScalarNode) and is_reference and not is_catalog_name(close.text):
        yield NamedObject(close, close.text, planned, is_close=True)
    options = step.options
    if not options.entries and not step.init.entries:
        return
    yield from _iter_options(options, planned)
    if is_reference:
        yield from _iter_options(step.init, planned)
        adapter = find_adapter(step.as_)
        keys = () if adapter is None else adapter.names_code
    else:
        options_form = None if planned.form is None else planned.form.options
        keys = () if options_form is None else find_naming_options(options_form)
    for key in keys:
        yield from _iter_named_in(options, key, planned)


def _iter_options(options: MappingNode, planned: PlannedStep | None) -> Iterator[NamedObject]:
    for reference in iter_references(options):
        for key in NAMES_OBJECT:
            node = reference.get(key)
            if (
                isinstance(node, ScalarNode)
                and isinstance(node.value, str)
                and "${" not in node.text
            ):
                call = reference if key == "$call" else None
                yield NamedObject(node, node.text, planned, call)


def _iter_named_in(options: MappingNode, key: str, planned: PlannedStep) -> Iterator[NamedObject]:
    value = options.get(key)
    is_looked_up = key == "default" and "choose" in options.entries
    items = value.items if isinstance(value, SequenceNode) else [value]
    for node in items:
        if (
            not isinstance(node, ScalarNode)
            or not isinstance(node.value, str)
            or node.is_interpolated
        ):
            continue
        if is_looked_up and is_catalog_name(node.text):
            continue
        # As the step `imports` has it: with the colon it is a module, where it has no dot as well.
        is_module = planned.step.use == "imports" and ":" not in node.text
        yield NamedObject(node, f"{node.text}:" if is_module else node.text, planned)
