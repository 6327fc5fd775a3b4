"""Check the names, options and references of a plan's steps; none of them is executed."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.diagnostics.suggestion import render_suggestion
from assembler.document.fixes import build_rename
from assembler.document.nodes import (
    ScalarNode,
    SequenceNode,
    find_place,
    is_reference,
    is_reference_key,
    to_plain,
)
from assembler.language.validation import iter_diagnostics
from assembler.planning.placed_faults import place_fault
from assembler.planning.plan import Decision
from assembler.planning.set_values import find_value_faults
from assembler.planning.step_forms import LOOKUPS, find_naming_options
from assembler.references.reference import is_catalog_name, is_profile_path, parse_reference
from assembler.references.reference_forms import (
    IN_APP,
    IN_CONFIG,
    IN_EXTENSIONS,
    IN_PATCHES,
    IN_SERVER,
    build_fault_diagnostics,
    check_references,
    find_reference_faults,
    iter_references,
)
from assembler.steps.adapters import ADAPTER_NAMES, find_adapter
from assembler.steps.celery_settings import find_setting_faults
from assembler.steps.forms import CatalogStep, Options
from assembler.steps.known_extensions import find_extension
from assembler.steps.step_faults import build_key_fault

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Collector, Diagnostic
    from assembler.document.nodes import MappingNode
    from assembler.language.profile import AppSpec, Step, WorkerSpec
    from assembler.planning.plan import Plan, PlannedStep

__all__ = [
    "build_options",
    "check_options",
    "is_skippable",
]

ALLOWED = {"patch": IN_PATCHES, "config": IN_CONFIG, "extension": IN_EXTENSIONS}


def check_options(plan: Plan, found: Collector) -> dict[Step, Options]:
    """Report what is wrong with names, options and references; pure.

    Returns:
        The options that are typed already, by step.
    """
    all_typed: dict[Step, Options] = {}
    _check_app(plan.profile.app, found)
    check_references(plan.profile.server.options, IN_SERVER, found)
    _check_worker(plan.profile.worker, found)
    for planned in plan.steps:
        step = planned.step
        for options in _get_options(planned):
            check_references(options, ALLOWED[planned.kind], found)
        if step.use and "${" not in step.use:  # which is reported already
            typed = _check_step(planned, found)
            if typed is not None:
                all_typed[step] = typed
        _check_adapter(step, found)
    _check_produced(plan, found)
    return all_typed


def build_options(step: Step, model: type[Options], values: dict[str, Any]) -> Options:
    """Return the typed options of a step, from its resolved values.

    Raises:
        ProfileError: at each option that is wrong.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        faults = iter_diagnostics(error, step.options, model, is_resolved=True)
        raise ProfileError(list(faults)) from error


def is_skippable(planned: PlannedStep) -> bool:
    """Return whether ``on_error: skip`` is allowed in the step."""
    adapter = find_adapter(planned.step.as_)
    guards = adapter is not None and adapter.guards
    never = isinstance(planned.form, CatalogStep) and planned.form.never_skip
    return planned.kind != "patch" and not guards and not never


def _get_options(planned: PlannedStep) -> tuple[MappingNode, ...]:
    """Return ``with``, and ``init`` where it is allowed."""
    step = planned.step
    takes_init = planned.kind == "extension" and planned.form is None
    return (step.options, step.init) if takes_init else (step.options,)


def _check_app(app: AppSpec, found: Collector) -> None:
    check_references(app.options, IN_APP, found)
    use = app.node.get("use")
    if not isinstance(use, ScalarNode) or use.text != app.use or "${" in app.use:
        return
    faults = find_reference_faults(app.use, use)
    if not faults and not parse_reference(app.use).attributes:
        module, _, last = app.use.removesuffix(":").rpartition(".")
        meant = f"{module}:{last}" if module else f"{last}:create_app"
        message = f'"{app.use}" is a module, expected a Flask subclass or a callable in one'
        hint = f"Write it as `module:attribute`, such as `{meant}`."
        faults = [codes.BAD_OBJECT_REFERENCE.at(use.place, message, hint=hint)]
    found.add(*faults)


def _check_worker(worker: WorkerSpec, found: Collector) -> None:
    check_references(worker.options, IN_SERVER, found)
    for fault in find_setting_faults(worker.options, of_worker=True):
        place, _ = find_place(worker.options, fault.option, at_key=True)
        found.add(codes.WORKER_SETTING.at(place, fault.message, hint=fault.hint))


def _check_step(planned: PlannedStep, found: Collector) -> Options | None:
    step, kind, form = planned.step, planned.kind, planned.form
    if form is None and (is_catalog_name(step.use) or kind == "patch"):
        found.add(_build_unknown(step, kind))
    elif form is None and not (step.as_ == "mount" and is_profile_path(step.use)):
        found.add(*find_reference_faults(step.use, step.node.entries["use"].value))
    if step.close is not None and not is_catalog_name(step.close) and "${" not in step.close:
        found.add(*find_reference_faults(step.close, step.node.entries["close"].value))
    if step.on_error == "skip" and not is_skippable(planned):
        message = f"'{step.name}' must not be skipped when it fails"
        hint = "Remove `on_error`, or turn the step off with `when`."
        found.add(codes.SKIP_REFUSED.at(step.place_of("on_error"), message, hint=hint))
    if isinstance(form, CatalogStep):
        _check_catalog_keys(step, found)
        if form.find_faults is not None:
            found.add(*(place_fault(one, step, kind) for one in form.find_faults(step.options)))
    if form is not None and form.options is not None:
        return _check_typed(step, form.options, found)
    if kind == "config" and step.use == "values":
        _check_config_keys(step, found)
        found.add(*find_value_faults(step.options))
    return None


def _build_unknown(step: Step, kind: str) -> Diagnostic:
    """Report a name that nothing has, or what keeps its owner from being loaded."""
    table, code, words = LOOKUPS[kind]
    fault = table.find_fault(step.use)
    if fault is not None:
        return place_fault(fault, step, kind)
    names = table.find_names()
    otherwise = (
        "Use one that `assembler catalog` lists, or an object reference: "
        f"`{step.use}:` is the module."
    )
    if kind != "extension":
        otherwise = f"Use one of {', '.join(names)}."
    hint = render_suggestion(step.use, names, otherwise)
    package = find_extension(step.use) if kind == "extension" else None
    hint = f"Write `{package}`." if package else hint
    message = f"no {words} is called '{step.use}'"
    fix = build_rename(step.node.entries["use"].value, names)
    return code.at(step.place_of("use"), message, hint=hint, fix=fix)


def _check_catalog_keys(step: Step, found: Collector) -> None:
    """Reject the keys that are about an object: a catalogue step has none."""
    for key in ("init", "as", "close"):
        entry = step.node.entries.get(key)
        if entry is not None and to_plain(entry.value) not in (None, {}):
            message = f"\"{key}\" is for object references, and '{step.use}' is a catalogue step"
            found.add(codes.UNKNOWN_KEY.at(entry.key.place, message, hint=f"Remove `{key}`."))


def _check_adapter(step: Step, found: Collector) -> None:
    adapter = find_adapter(step.as_)
    if adapter is not None and adapter.find_faults is not None:
        found.add(
            *(place_fault(one, step, "extension") for one in adapter.find_faults(step.options))
        )
    if step.as_ is None or step.as_ in ADAPTER_NAMES or "${" in step.as_:
        return
    otherwise = f"Use one of {', '.join(ADAPTER_NAMES)}."
    found.add(
        codes.WRONG_ADAPTER.at(
            step.place_of("as"),
            f"no adapter is called '{step.as_}'",
            hint=render_suggestion(step.as_, ADAPTER_NAMES, otherwise),
            fix=build_rename(step.node.entries["as"].value, ADAPTER_NAMES),
        )
    )


def _check_produced(plan: Plan, found: Collector) -> None:
    """Report every ``$step`` that names no earlier step, or, in a step that runs, a skipped one."""
    earlier: dict[str, str | None] = {}  # what it uses, by a step's name
    skipped: dict[str, str | None] = {}
    for planned in plan.extensions:
        for reference in chain.from_iterable(map(iter_references, _get_options(planned))):
            name = reference.get("$step")
            if not isinstance(name, ScalarNode) or not isinstance(name.value, str):
                continue
            is_off = name.text in skipped and planned.decision is Decision.RUNS
            if name.text not in earlier or is_off:
                from assembler.references.values import build_step_fault  # noqa: PLC0415 - only for a fault

                fault = build_step_fault(name.text, earlier, skipped if is_off else {}, earlier)
                found.add(*build_fault_diagnostics(fault, name))
        earlier[planned.step.name] = planned.step.use
        if planned.decision is Decision.SKIPPED:
            skipped[planned.step.name] = planned.reason


def _check_typed(step: Step, model: type[Options], found: Collector) -> Options | None:
    options = step.options
    if is_reference(options):  # which is not allowed there, and is reported
        return None
    _check_names_of_code(options, model, found)
    try:
        typed = model.model_validate(to_plain(options, ScalarNode.for_schema))
    except ValidationError as error:
        for one in iter_diagnostics(error, options, model):
            if one.code == codes.MISSING_KEY.number:
                message = f"{one.message} in `with` of '{step.name}'"
                found.add(codes.MISSING_KEY.at(step.place, message, hint=one.hint))
            else:
                found.add(one)
        return None
    return typed


def _check_config_keys(step: Step, found: Collector) -> None:
    for key, entry in step.options.entries.items():
        if not key.isupper() and not is_reference_key(key):  # which is reported as well
            fault = build_key_fault(key)
            found.add(codes.WRONG_OPTION.at(entry.key.place, fault.message, hint=fault.hint))


def _check_names_of_code(options: MappingNode, model: type[Options], found: Collector) -> None:
    """Check the options that name Python objects: their form, and that no ``${…}`` is in them."""
    for key in find_naming_options(model):
        value = options.get(key)
        is_looked_up = key == "default" and "choose" in options.entries  # a key of a mapping
        for item in value.items if isinstance(value, SequenceNode) else [value]:
            if not isinstance(item, ScalarNode) or (is_looked_up and is_catalog_name(item.text)):
                continue
            if item.is_interpolated:
                message = f'`${{…}}` is not allowed in `{key}`, got "{item.written}"'
                hint = "Write the reference itself, without `${…}`."
                found.add(codes.INTERPOLATION_NOT_HERE.at(item.place, message, hint=hint))
            elif isinstance(item.value, str):
                found.add(*find_reference_faults(item.text, item))
