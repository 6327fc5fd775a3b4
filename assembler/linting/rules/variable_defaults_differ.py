"""Find a variable with different defaults."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.codes import VARIABLE_DEFAULTS_DIFFER
from assembler.diagnostics.diagnostic import Related
from assembler.document.nodes import iter_scalars
from assembler.document.template import find_template, iter_variables
from assembler.language.flags import parse_flag
from assembler.language.interpolation import find_part
from assembler.linting.rules.form import Rule
from assembler.planning.plan import Decision
from assembler.secrets.masking import mask_written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic, Place
    from assembler.document.nodes import ScalarNode
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]

WITH_DEFAULT = re.compile(r"\$\{(\w+):?-")


class Default(NamedTuple):
    """A default of a variable, as it is written."""

    name: str
    text: str
    shown: str  # without what may be a secret
    place: Place


def check_profile(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each default that differs from the first of its variable."""
    repeated = _find_repeated(facts.interpolated)
    if not repeated:
        return
    skipped = _find_skipped(facts)
    first: dict[str, Default] = {}
    for scalar in repeated:
        if id(scalar) in skipped:
            continue
        for default in _iter_defaults(scalar):
            known = first.setdefault(default.name, default)
            if _read(default.text) != _read(known.text):
                yield _build(default, known)


def _find_repeated(scalars: tuple[ScalarNode, ...]) -> tuple[ScalarNode, ...]:
    """Return the strings with defaults if a variable has more than one; else none, quickly."""
    names = WITH_DEFAULT.findall("\n".join([scalar.written or "" for scalar in scalars]))
    return scalars if len(set(names)) < len(names) else ()


def _find_skipped(facts: ProfileFacts) -> set[int]:
    return {
        id(scalar)
        for planned in facts.plan.steps
        if planned.decision is Decision.SKIPPED
        for scalar in iter_scalars(planned.step.node)
    }


def _iter_defaults(scalar: ScalarNode) -> Iterator[Default]:
    written = scalar.written or ""
    for found in iter_variables(find_template(written)):
        # An empty default means none: `when: ${SENTRY_DSN:-}`.
        if found.operator.endswith("-") and found.argument:
            start = found.start + len("${") + len(found.name) + len(found.operator)
            shown = mask_written(written[found.start : found.end])
            place = find_part(scalar, found.start, found.end)
            yield Default(found.name, written[start : found.end - 1], shown, place)


def _read(text: str) -> str | bool:
    try:
        return parse_flag(text)  # `False` and `off` are the same default
    except ValueError:
        return text


def _build(default: Default, first: Default) -> Diagnostic:
    return VARIABLE_DEFAULTS_DIFFER.at(
        default.place,
        f'the default "{default.shown}" of "{default.name}" differs from the first one',
        hint="Use the same default everywhere, or another variable.",
        related=(Related(first.place, f'"{first.shown}" here'),),
    )


RULE = Rule(VARIABLE_DEFAULTS_DIFFER, check_profile=check_profile)
