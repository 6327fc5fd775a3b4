"""Interpolate a composed profile, where `${…}` is allowed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place
from assembler.diagnostics.suggestion import render_suggestion
from assembler.document.ends import has_blank_ends
from assembler.document.nodes import (
    AnyNode,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    map_children,
)
from assembler.document.scalars import parse_scalar
from assembler.document.template import (
    LIMIT_EXPANDED_CHARACTERS,
    ExpansionTooLargeError,
    MalformedTemplate,
    Missing,
    Template,
    Variable,
    expand,
    is_mixed,
    is_single,
    parse_template,
)
from assembler.language.flags import FALSE_WORDS, TRUE_WORDS, is_true
from assembler.secrets.known import is_secret_key
from assembler.secrets.masking import mask_written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assembler.diagnostics.diagnostic import Collector, Diagnostic

__all__ = [
    "check_interpolation_places",
    "escape_dollars",
    "find_part",
    "interpolate",
    "is_mixed",
    "is_single",
]


def interpolate(root: MappingNode, env: Mapping[str, str] | None, found: Collector) -> MappingNode:
    """Return the composed profile ``root`` with its `${…}` replaced.

    A plain scalar that is exactly one `${…}` is typed by the core scalar rules, unless its key
    looks secret. Everything else stays a string.

    Args:
        root: The composed profile.
        env: The environment. ``None``: unknown; defaults then apply, and a variable without one is
            not an error.
        found: Gets what is malformed or missing.

    Returns:
        A tree in which a scalar without a value, for either reason, is ``unknown``.
    """
    return _rewrite(root, PROFILE, None, _Filling(env, found).fill)


def escape_dollars(root: MappingNode) -> MappingNode:
    """Double the dollar signs that interpolation would read, so that it restores ``root``."""
    return _rewrite(root, PROFILE, None, _escape)


def check_interpolation_places(root: MappingNode, found: Collector) -> None:
    """Report every `${` in one file where it is not allowed: in names of code, and in keys."""
    for scalar, key in _iter_literals(root, PROFILE, None):
        if _is_broken(scalar, found):
            continue
        where = "a key" if key is None else f"`{key}`"
        message = f'`${{…}}` is not allowed in {where}, got "{scalar.text}"'
        hint = "Write the value itself."
        found.add(codes.INTERPOLATION_NOT_HERE.at(scalar.place, message, hint=hint))


class _Rule(NamedTuple):
    """Where in a mapping `${…}` is not allowed."""

    literal: frozenset[str] = frozenset()  # keys whose values it must not touch
    inside: Mapping[str, _Rule] = {}  # the rule for the value of a key
    is_literal: bool = False  # nor in a text that stands in the mapping's place: it is its `use`
    flags: frozenset[str] = frozenset()  # keys for which one `${…}` is true or false


LITERAL = _Rule(is_literal=True)
ANYWHERE = _Rule(frozenset({"$import", "$call"}))
USED = _Rule(frozenset({"use"}), is_literal=True)
STEP = _Rule(
    frozenset({"use", "name", "as", "after", "before", "close"}),
    is_literal=True,
    flags=frozenset({"when"}),
)
PROFILE = _Rule(
    frozenset({"version", "name", "role", "extends"}),
    {"app": USED, "server": USED, "patches": STEP, "config": STEP, "extensions": STEP},
)


Fill = Callable[[ScalarNode, "str | None"], ScalarNode]  # given a text and the key above it


def _rewrite(node: AnyNode, rule: _Rule, key: str | None, fill: Fill) -> AnyNode:
    """Replace every string below that has a dollar sign by what ``fill`` returns."""

    def change(part: str | int, child: Node) -> Node:
        below, above = rule, key
        if isinstance(part, str):
            if part in rule.literal or part in ANYWHERE.literal:
                return child
            below, above = rule.inside.get(part, ANYWHERE), part
        if not isinstance(child, ScalarNode):
            return _rewrite(child, below, above, fill)
        if below.is_literal or "$" not in child.text:
            return child
        new = fill(child, above)
        return _read_flag(new) if part in rule.flags else new

    return map_children(node, change, needs_dollar=True)


def _read_flag(node: ScalarNode) -> ScalarNode:
    """Return true or false for the value of one `${…}`."""
    if node.unknown or not is_single(node.written or ""):
        return node
    value = is_true(node.text)
    return replace(node, text=str(value).lower(), value=value, plain=True)


def _escape(scalar: ScalarNode, key: str | None) -> ScalarNode:  # noqa: ARG001 - the form of a fill
    if not isinstance(scalar.value, str) or not ("${" in scalar.text or "$$" in scalar.text):
        return scalar
    text = scalar.text.replace("$", "$$")
    return replace(scalar, text=text, value=text, plain=False)


@dataclass(slots=True, eq=False, repr=False)
class _Filling:
    """Fills scalars from the environment, and reports what is missing."""

    env: Mapping[str, str] | None
    found: Collector
    left: int = LIMIT_EXPANDED_CHARACTERS  # for all scalars together; below 0: it is reported

    def fill(self, scalar: ScalarNode, key: str | None) -> ScalarNode:
        try:
            template = parse_template(scalar.text)
        except MalformedTemplate as error:
            if _is_broken(scalar, self.found):
                return _build_scalar(scalar, scalar.text, unknown=True)
            place = find_part(scalar, error.offset, len(scalar.text))
            hint = "Write `${NAME}` or `${NAME:-default}`, and `$$` for a dollar sign."
            self.found.add(codes.MALFORMED_INTERPOLATION.at(place, error.message, hint=hint))
            return _build_scalar(scalar, scalar.text, unknown=True)
        text = self._expand(scalar, template)
        if text is None:
            return _build_scalar(scalar, scalar.text, unknown=True)
        if not any(isinstance(part, Variable) for part in template):
            # only `$$`: nothing of the environment in it
            return replace(scalar, text=text, value=text)
        typed = scalar.plain and len(template) == 1 and not (key is not None and is_secret_key(key))
        if _has_wrong_ends(text, typed=typed) and not _has_wrong_ends(scalar.text, typed=typed):
            message = f"white space at the ends of the value (from {mask_written(scalar.text)})"
            hint = "Remove it from the variable."
            self.found.add(codes.SURROUNDING_BLANKS.at(scalar.place, message, hint=hint))
            return _build_scalar(scalar, scalar.text, unknown=True)
        return _build_scalar(scalar, text, typed=typed)

    def _expand(self, scalar: ScalarNode, template: Template) -> str | None:
        """Return the expanded text; ``None`` if it lacks a variable, or is too long."""
        try:
            text, missing = expand(template, self.env or {}, self.left)
        except ExpansionTooLargeError:
            if self.left >= 0:
                self.left = -1
                limit = f"the limit of {LIMIT_EXPANDED_CHARACTERS:,} characters"
                message = f"the variables expand to more than {limit}"
                hint = "Put large values into files, and name those with `$file`."
                self.found.add(codes.EXPANSION_TOO_LARGE.at(scalar.place, message, hint=hint))
            return None
        self.left -= len(text) + sum(len(lack.message or "") for lack in missing)
        if missing and self.env is not None:
            self.found.add(*(self._describe(scalar, lack) for lack in missing))
        return None if missing else text

    def _describe(self, scalar: ScalarNode, lack: Missing) -> Diagnostic:
        variable, said = lack
        place = find_part(scalar, variable.start, variable.end)
        if said is None:
            message = f'the variable "{variable.name}" is not set and has no default'
            otherwise = f"Set it, or add a default: `${{{variable.name}:-…}}`."
            hint = render_suggestion(variable.name, self.env or {}, otherwise)
            return codes.UNSET_VARIABLE.at(place, message, hint=hint)
        state = "is not set or empty" if variable.operator == ":?" else "is not set"
        message = f'the variable "{variable.name}" {state}'
        if said:
            message += f": {' '.join(said.split())}"
        return codes.REQUIRED_VARIABLE.at(place, message, hint=f"Set {variable.name}.")


def _has_wrong_ends(text: str, *, typed: bool) -> bool:
    """Return whether white space surrounds a URL or, if ``typed``, a number or a boolean."""
    stripped = text.strip()
    if stripped == text:
        return False
    is_word = stripped.lower() in TRUE_WORDS | FALSE_WORDS
    is_typed = typed and (is_word or isinstance(parse_scalar(stripped), (bool, int, float)))
    return has_blank_ends(text, is_typed=is_typed)


def _is_broken(scalar: ScalarNode, found: Collector) -> bool:
    """Return whether YAML itself cut a `${…}` here, which is reported and explains the rest."""
    number, place = codes.QUOTE_INTERPOLATION.number, scalar.place
    return any(
        one.code == number and one.place.path == place.path and one.place.span[:2] == place.span[:2]
        for one in found.found
    )


def _build_scalar(
    scalar: ScalarNode, text: str, *, typed: bool = False, unknown: bool = False
) -> ScalarNode:
    # an empty text is the empty string: for the core rules it would be null
    value = parse_scalar(text) if typed and text else text
    return replace(scalar, text=text, value=value, written=scalar.text, unknown=unknown)


def find_part(scalar: ScalarNode, start: int, end: int) -> Place:
    """Return the place of a part of a scalar's text, or of all of it if that is not known.

    The offsets of an interpolated one are those in the text as written.
    """
    place = scalar.place
    text = scalar.text if scalar.written is None else scalar.written
    line, column, end_line, end_column = place.span
    quote = (end_column - column - len(text)) / 2
    # Escapes, folded lines and blocks make the text another length than what is written.
    if line != end_line or quote != (0 if scalar.plain else 1):
        return place
    column += int(quote)
    return Place.in_line(place.path, line, column + start, column + end)


def _iter_literals(
    node: Node, rule: _Rule, key: str | None
) -> Iterator[tuple[ScalarNode, str | None]]:
    """Yield every string with a `${` that is not allowed, with its key (``None``: it is a key)."""
    if not node.has_dollar:
        return
    if isinstance(node, ScalarNode):
        if rule.is_literal and "${" in node.text:
            yield node, key or "use"
    elif isinstance(node, SequenceNode):
        for item in node.items:
            yield from _iter_literals(item, rule, key)
    elif isinstance(node, MappingNode):
        for name, entry in node.entries.items():
            if "${" in name:
                yield entry.key, None
            if name in rule.literal or name in ANYWHERE.literal:
                yield from _iter_literals(entry.value, LITERAL, name)
            else:
                yield from _iter_literals(entry.value, rule.inside.get(name, ANYWHERE), None)
