"""Find what a step may use by name: patches, config sources, catalogue steps."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.references.reference import is_catalog_name
from assembler.steps.catalog import find_catalog_names, get_catalog_step
from assembler.steps.forms import NAMES_CODE, CatalogStep, Patch, Source
from assembler.steps.patches import find_patch_names, get_patch
from assembler.steps.sources import find_source_names, get_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from assembler.diagnostics.diagnostic import Code
    from assembler.steps.forms import Options

__all__ = [
    "KINDS",
    "LOOKUPS",
    "Form",
    "find_form",
    "find_naming_options",
    "find_secret_options",
    "iter_forms",
    "list_secret_options",
]

Form = Patch | Source | CatalogStep
KINDS = {"patches": "patch", "config": "config", "extensions": "extension"}  # by the list's key
# By kind of step: how a name is looked up, which names there are, the code and the words.
LOOKUPS: dict[str, tuple[Callable[[str], Form], Callable[[], Iterable[str]], Code, str]] = {
    "patch": (get_patch, find_patch_names, codes.UNKNOWN_PATCH, "patch"),
    "config": (get_source, find_source_names, codes.UNKNOWN_SOURCE, "config source"),
    "extension": (get_catalog_step, find_catalog_names, codes.UNKNOWN_NAME, "extension"),
}


def find_form(kind: str, use: str) -> Form | None:
    """Return what a catalogue name stands for; ``None`` for a reference or an unknown name."""
    if not is_catalog_name(use):
        return None
    try:
        return LOOKUPS[kind][0](use)
    except KeyError:
        return None


def iter_forms() -> Iterator[tuple[str, Form]]:
    """Yield everything that a step may use by name, with its kind."""
    for kind, (get, find_names, _, _) in LOOKUPS.items():
        for name in find_names():
            yield kind, get(name)


@cache  # asked for every step of every profile
def find_naming_options(model: type[Options]) -> tuple[str, ...]:
    """Return the options of a form that name Python objects."""
    fields = model.model_fields.items()
    return tuple(key for key, field in fields if field.json_schema_extra == NAMES_CODE)


def find_secret_options(use: str) -> frozenset[str]:
    """Return the options of a catalogue step that must not be shown, whatever their names."""
    forms = (find_form(kind, use) for kind in LOOKUPS)
    models = (form.options for form in forms if form is not None and form.options is not None)
    return frozenset().union(*map(list_secret_options, models))


@cache  # asked for every step of every profile
def list_secret_options(model: type[Options]) -> frozenset[str]:
    """Return the options of a form that must not be shown, whatever their names."""
    fields = model.model_fields.items()
    return frozenset(field.alias or name for name, field in fields if not field.repr)
