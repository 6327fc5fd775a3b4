"""Keep typed options with the plan, where they are the same for every app of it."""

from __future__ import annotations

from copy import deepcopy
from types import NoneType
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.references.reference_forms import iter_references
from assembler.steps.forms import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assembler.document.nodes import MappingNode
    from assembler.language.profile import Step

__all__ = ["KeptOptions", "keep_one", "keep_options"]

FIXED = frozenset({bool, bytes, float, int, NoneType, str})


class KeptOptions(NamedTuple):
    """Typed options of a step, with which no app changes those of another."""

    options: Options
    copies: tuple[tuple[str, Callable[[Any], Any]], ...]  # of the fields with a list or a mapping

    def copy(self) -> Options:
        """Return them for one more app."""
        if not self.copies:
            return self.options
        copied = self.options.model_copy()
        values = vars(copied)
        for name, copy in self.copies:
            values[name] = copy(values[name])
        return copied


def keep_options(all_typed: Mapping[Step, Options]) -> dict[Step, KeptOptions]:
    """Return those that are the same for every app, by step."""
    kept = {step: keep_one(options, step.options) for step, options in all_typed.items()}
    return {step: one for step, one in kept.items() if one is not None}


def keep_one(options: Options, written: MappingNode) -> KeptOptions | None:
    """Return ``options``, typed from what is ``written``, to be kept; ``None``: they are not.

    They depend on the app where there is a reference.
    """
    if any(True for _ in iter_references(written)) or not _is_frozen(options):
        return None
    copies: list[tuple[str, Callable[[Any], Any]]] = []
    for name, value in vars(options).items():
        if not _is_plain(value):
            return None
        if not _is_fixed(value):
            items = value.values() if isinstance(value, dict) else value
            is_flat = all(map(_is_fixed, items))
            copies.append((name, type(value).copy if is_flat else deepcopy))
    return KeptOptions(options, tuple(copies))


def _is_plain(value: object) -> bool:
    """Return whether a value is made of what YAML has alone."""
    if type(value) is list:
        return all(map(_is_plain, value))
    if type(value) is dict:
        return all(map(_is_plain, value.values()))
    return _is_fixed(value)


def _is_fixed(value: object) -> bool:
    if isinstance(value, Options):
        return _is_frozen(value) and all(map(_is_fixed, vars(value).values()))
    return type(value) in FIXED


def _is_frozen(options: Options) -> bool:
    """Return whether the fields are all that there is, and none is set, or made, for each app."""
    is_plain = options.__pydantic_extra__ is None and options.__pydantic_private__ is None
    makes_anew = any(field.default_factory for field in type(options).model_fields.values())
    return is_plain and not makes_anew and bool(options.model_config.get("frozen"))
