"""Check the options of steps that assembler knows against their types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from assembler import codes
from assembler.catalog import find_catalog_names, get_catalog_step
from assembler.diagnostics import ProfileError
from assembler.forms import NAMES_CODE, CatalogStep, Options, Patch, Source
from assembler.nodes import Mapping, iter_scalars, to_plain
from assembler.patches import find_patch_names, get_patch
from assembler.reference import is_catalog_name
from assembler.sources import find_source_names, get_source
from assembler.suggestion import render_suggestion
from assembler.validation import iter_diagnostics
from assembler.values import (
    IN_APP,
    IN_CONFIG,
    IN_EXTENSIONS,
    IN_PATCHES,
    IN_SERVER,
    check_references,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from assembler.diagnostics import Code, Collector
    from assembler.plan import Plan, PlannedStep
    from assembler.profile import Step

    Form = Patch | Source | CatalogStep

__all__ = ["build_options", "check_options", "find_form", "iter_forms"]

# By kind of step: how a name is looked up, which names there are, the code and the words.
LOOKUPS: dict[str, tuple[Callable[[str], Form], Callable[[], Iterable[str]], Code, str]] = {
    "patch": (get_patch, find_patch_names, codes.UNKNOWN_PATCH, "patch"),
    "config": (get_source, find_source_names, codes.UNKNOWN_SOURCE, "config source"),
    "extension": (get_catalog_step, find_catalog_names, codes.UNKNOWN_NAME, "extension"),
}
ALLOWED = {"patch": IN_PATCHES, "config": IN_CONFIG, "extension": IN_EXTENSIONS}
# A hook or a wrapper that refuses requests must not be missing in silence.
GUARDS = ("before_request", "middleware")


def find_form(kind: str, use: str) -> Form | None:
    """Give what a catalogue name stands for; ``None`` for a reference or an unknown name."""
    if not is_catalog_name(use):
        return None
    try:
        return LOOKUPS[kind][0](use)
    except KeyError:
        return None


def iter_forms() -> Iterator[tuple[str, Form]]:
    """Give everything that a step may use by name, with its kind: patches, sources, extensions."""
    for kind, (get, find_names, _, _) in LOOKUPS.items():
        for name in find_names():
            yield kind, get(name)


def check_options(plan: Plan, found: Collector) -> None:
    """Check every step's name, options and references, as far as that goes without running any."""
    check_references(plan.profile.app.get_options(), IN_APP, found)
    check_references(plan.profile.server.get_options(), IN_SERVER, found)
    for planned in plan.steps:
        step = planned.step
        for key in ("with", "init"):
            check_references(step.get_options(key), ALLOWED[planned.kind], found)
        if step.use and "${" not in step.use:  # which is said already
            _check_step(planned, found)


def build_options(step: Step, model: type[Options], values: dict[str, Any]) -> Options:
    """Give the typed options of a step, from its resolved values.

    Raises:
        ProfileError: at each option that is wrong.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise ProfileError(list(iter_diagnostics(error, step.get_options(), model))) from error


def _check_step(planned: PlannedStep, found: Collector) -> None:
    step, kind = planned.step, planned.kind
    form = find_form(kind, step.use)
    if form is None and (is_catalog_name(step.use) or kind == "patch"):
        _, find_names, code, words = LOOKUPS[kind]
        names = list(find_names())
        hint = render_suggestion(step.use, names, f"There are {', '.join(names)}.")
        found.add(code.at(step.place_of("use"), f"no {words} is called '{step.use}'", hint=hint))
    _check_on_error(planned, form, found)
    if form is not None and form.options is not None:
        _check_typed(step, form.options, found)


def _check_typed(step: Step, model: type[Options], found: Collector) -> None:
    options = step.get_options()
    _check_names_of_code(options, model, found)
    try:
        model.model_validate(to_plain(options, as_text=True))
    except ValidationError as error:
        owner = Mapping(step.node.path, step.node.start, step.node.end, options.entries)
        for diagnostic in iter_diagnostics(error, owner, model):
            if diagnostic.code == codes.MISSING_KEY.number:
                found.add(
                    codes.MISSING_KEY.at(
                        step.place, f"{diagnostic.message} in `with` of '{step.name}'"
                    )
                )
            else:
                found.add(diagnostic)


def _check_names_of_code(options: Mapping, model: type[Options], found: Collector) -> None:
    """Report every ``${…}`` in an option that names a Python object.

    A plain name that is only looked up in a mapping (`choose`) names none.
    """
    for key, entry in options.entries.items():
        field = model.model_fields.get(key)
        if field is None or field.json_schema_extra != NAMES_CODE:
            continue
        is_looked_up = key == "default" and "choose" in options.entries
        for scalar in iter_scalars(entry.value):
            if scalar.is_interpolated and not (is_looked_up and is_catalog_name(scalar.text)):
                message = f'the environment has no say in `{key}`, got "{scalar.written}"'
                hint = "Write the reference itself, without `${…}`."
                found.add(codes.INTERPOLATION_NOT_HERE.at(scalar.place, message, hint=hint))


def _check_on_error(planned: PlannedStep, form: Form | None, found: Collector) -> None:
    step = planned.step
    guards = step.as_ in GUARDS or (isinstance(form, CatalogStep) and form.never_skip)
    if step.on_error == "skip" and (guards or planned.kind == "patch"):
        found.add(
            codes.SKIP_REFUSED.at(
                step.place_of("on_error"),
                f"'{step.name}' must not be skipped when it fails",
                hint="Remove `on_error`, or turn the step off with `when`.",
            )
        )
