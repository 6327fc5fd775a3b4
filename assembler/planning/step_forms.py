"""Find what a step may use by name: patches, config sources, catalogue steps."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, Severity
from assembler.references.reference import is_catalog_name
from assembler.steps.catalog import CATALOG
from assembler.steps.entry_points import OWN
from assembler.steps.forms import NAMES_CODE, CatalogStep, Patch, Source
from assembler.steps.patches import PATCHES
from assembler.steps.sources import SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Code, Diagnostic
    from assembler.steps.entry_points import FormTable
    from assembler.steps.forms import Options

__all__ = [
    "KINDS",
    "LOOKUPS",
    "Form",
    "find_form",
    "find_naming_options",
    "find_secret_options",
    "iter_form_faults",
    "iter_forms",
    "list_secret_options",
]

Form = Patch | Source | CatalogStep
KINDS = {"patches": "patch", "config": "config", "extensions": "extension"}  # by the list's key
# By kind of step: the names and what they stand for, the code of an unknown one, and the words.
LOOKUPS: dict[str, tuple[FormTable[Any], Code, str]] = {
    "patch": (PATCHES, codes.UNKNOWN_PATCH, "patch"),
    "config": (SOURCES, codes.UNKNOWN_SOURCE, "config source"),
    "extension": (CATALOG, codes.UNKNOWN_NAME, "extension"),
}


def find_form(kind: str, use: str) -> Form | None:
    """Return what a catalogue name stands for; ``None`` for a reference or an unknown name."""
    if not is_catalog_name(use):
        return None
    try:
        form: Form = LOOKUPS[kind][0].get(use)
    except KeyError:
        return None
    return form


def iter_forms() -> Iterator[tuple[str, Form]]:
    """Yield everything that a step may use by name, with its kind; not what cannot be loaded."""
    for kind, (table, _, _) in LOOKUPS.items():
        for name in table.find_names():
            form = find_form(kind, name)
            if form is not None:
                yield kind, form


def iter_form_faults() -> Iterator[tuple[str, Diagnostic]]:
    """Yield each name that other distributions add in vain, with the reason; loads them all.

    Where the name is one of ours, ours is used, and it is a warning.
    """
    for table, _, _ in LOOKUPS.values():
        for name, fault in table.iter_faults():
            code = fault.code or codes.BROKEN_ENTRY_POINT
            place = Place(table.group or "")
            found = code.at(place, fault.message, hint=fault.hint, related=fault.related)
            is_ours = table.find_owner(name) == OWN
            yield name, replace(found, severity=Severity.WARNING) if is_ours else found


@cache  # asked for every step of every profile
def find_naming_options(model: type[Options]) -> tuple[str, ...]:
    """Return the options of a form that name Python objects."""
    fields = model.model_fields.items()
    return tuple(key for key, field in fields if field.json_schema_extra == NAMES_CODE)


def find_secret_options(key: str, use: str) -> frozenset[str]:
    """Return the options of a catalogue step that must not be shown, whatever their names.

    Args:
        key: The profile's list that the step is in. A name that is none there may be in the wrong
            list; only then are the others asked, which may read every distribution's metadata.
        use: What the step uses.
    """
    own = KINDS[key]
    for kind in (own, *(other for other in LOOKUPS if other != own)):
        form = find_form(kind, use)
        if form is not None:
            return frozenset() if form.options is None else list_secret_options(form.options)
    return frozenset()


@cache  # asked for every step of every profile
def list_secret_options(model: type[Options]) -> frozenset[str]:
    """Return the options of a form that must not be shown, whatever their names."""
    fields = model.model_fields.items()
    return frozenset(field.alias or name for name, field in fields if not field.repr)
