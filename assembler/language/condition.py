"""Read and ask the condition of a step's ``when``."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, NamedTuple, Protocol

from assembler.diagnostics import codes
from assembler.diagnostics.excerpt import shorten
from assembler.diagnostics.suggestion import render_suggestion
from assembler.document.nodes import MappingNode, Node, ScalarNode, SequenceNode
from assembler.language.flags import is_true, parse_flag
from assembler.language.interpolation import is_mixed, is_single
from assembler.secrets.known import MASK, is_secret_key, mask_url
from assembler.secrets.masking import mask_node, mask_written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assembler.diagnostics.diagnostic import Collector, Diagnostic

__all__ = ["Condition", "Facts", "Verdict", "is_installed", "parse_condition"]


class Verdict(NamedTuple):
    """Whether a condition holds, and why; `value` is ``None`` while that is not known yet."""

    value: bool | None
    reason: str


def is_installed(module: str) -> bool:
    """Tell whether a top-level module can be found; it is not imported."""
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):  # ValueError: __spec__ is None, as for __main__
        return False


class Facts(NamedTuple):
    """What a condition may ask; ``None`` means that it is only known once the step is reached."""

    debug: bool | None = None
    config: Mapping[str, object] | None = None
    is_installed: Callable[[str], bool] = is_installed


class Condition(Protocol):
    """Something that holds or does not."""

    def ask(self, facts: Facts) -> Verdict:
        """Say whether it holds."""


class _Constant(NamedTuple):
    value: bool
    written: str | None  # the `${…}` that gave it

    def ask(self, facts: Facts) -> Verdict:  # noqa: ARG002 - the form of a condition
        if self.written is None:
            return Verdict(self.value, f"when: {str(self.value).lower()}")
        state = "true" if self.value else "false or empty"
        return Verdict(self.value, f"{mask_written(self.written)} is {state}")


class _Unknown(NamedTuple):
    written: str  # a `${…}` whose variable is not known here

    def ask(self, facts: Facts) -> Verdict:  # noqa: ARG002 - the form of a condition
        return Verdict(None, self.written)


class _Config(NamedTuple):
    key: str

    def ask(self, facts: Facts) -> Verdict:
        if facts.config is None:
            return Verdict(None, f"config {self.key}")
        holds = is_true(facts.config.get(self.key))
        return Verdict(
            holds, f"config {self.key} is {'true' if holds else 'false, empty or absent'}"
        )


class _Debug(NamedTuple):
    wanted: bool

    def ask(self, facts: Facts) -> Verdict:
        if facts.debug is None:
            return Verdict(None, "debug")
        return Verdict(facts.debug is self.wanted, f"debug is {str(facts.debug).lower()}")


class _Installed(NamedTuple):
    module: str

    def ask(self, facts: Facts) -> Verdict:
        holds = facts.is_installed(self.module)
        return Verdict(holds, f"{self.module} is {'' if holds else 'not '}installed")


class _Equals(NamedTuple):
    left: Node
    right: Node

    def ask(self, facts: Facts) -> Verdict:
        keys = [
            key for side in (self.left, self.right) if (key := _get_config_key(side)) is not None
        ]
        if keys and facts.config is None:
            return Verdict(None, f"config {', '.join(keys)}")
        values = [_get_value(side, facts) for side in (self.left, self.right)]
        holds = values[0] == values[1] or _as_text(values[0]) == _as_text(values[1])
        is_secret = any(_is_about_secret(side) for side in (self.left, self.right))
        left, right = (_describe(side, is_secret) for side in (self.left, self.right))
        sides = f"{left} and {right}"
        return Verdict(holds, f"{sides} are {'equal' if holds else 'not equal'}")


class _Not(NamedTuple):
    inner: Condition

    def ask(self, facts: Facts) -> Verdict:
        value, reason = self.inner.ask(facts)
        return Verdict(None if value is None else not value, reason)


class _Several(NamedTuple):
    inner: tuple[Condition, ...]
    decisive: bool  # the value of one that settles it: false for `all`, true for `any`

    def ask(self, facts: Facts) -> Verdict:
        verdicts = [condition.ask(facts) for condition in self.inner]
        for verdict in verdicts:
            if verdict.value is self.decisive:
                return verdict
        open_reasons = [verdict.reason for verdict in verdicts if verdict.value is None]
        if open_reasons:
            return Verdict(None, ", ".join(open_reasons))
        return Verdict(not self.decisive, "; ".join(verdict.reason for verdict in verdicts))


def parse_condition(
    node: Node, found: Collector, *, config_allowed: bool = True
) -> Condition | None:
    """Read the value of ``when``; ``None`` for what is not a condition, which is reported."""
    if isinstance(node, ScalarNode):
        return _parse_scalar_condition(node, found)
    if not isinstance(node, MappingNode) or len(node.entries) != 1:
        return _refuse(node, found, "expected a boolean, one ${…}, or a mapping with one key")
    (key, entry) = next(iter(node.entries.items()))
    parse = PARSERS.get(key)
    if parse is None:
        hint = render_suggestion(key, PARSERS, f"Use one of {', '.join(PARSERS)}.")
        found.add(codes.BAD_CONDITION.at(entry.key.place, f'unknown condition "{key}"', hint=hint))
        return None
    if key == "$config" and not config_allowed:
        return _refuse(
            entry.key, found, "patches run before config is loaded, so `$config` is not allowed"
        )
    return parse(entry.value, found, config_allowed)


def _parse_scalar_condition(node: ScalarNode, found: Collector) -> Condition | None:
    if node.unknown and not is_mixed(node.written or ""):
        return _Unknown(node.written or node.text)
    if node.written is not None and is_single(node.written):
        return _Constant(is_true(node.text), node.written)
    if isinstance(node.value, bool):
        return _Constant(node.value, None)
    try:
        if node.plain and node.written is None:
            return _Constant(parse_flag(node.text), None)
    except ValueError:
        pass
    text = node.text if node.written is None else mask_written(node.written)
    found.add(_build_fault(node, f'"{shorten(text)}" is not a condition'))
    return None


def _parse_config(node: Node, found: Collector, config_allowed: bool) -> Condition | None:  # noqa: ARG001, FBT001 - the form of a parser
    if isinstance(node, ScalarNode) and isinstance(node.value, str) and node.text:
        return _Config(node.text)
    return _refuse(node, found, "expected the name of a config key")


def _parse_debug(node: Node, found: Collector, config_allowed: bool) -> Condition | None:  # noqa: ARG001, FBT001 - the form of a parser
    try:
        if isinstance(node, ScalarNode):
            return _Debug(parse_flag(node.text))
    except ValueError:
        pass
    return _refuse(node, found, "expected true or false")


def _parse_installed(node: Node, found: Collector, config_allowed: bool) -> Condition | None:  # noqa: ARG001, FBT001 - the form of a parser
    if isinstance(node, ScalarNode) and isinstance(node.value, str) and node.text.isidentifier():
        return _Installed(node.text)
    return _refuse(node, found, "expected the name of a top-level module")


def _parse_equals(node: Node, found: Collector, config_allowed: bool) -> Condition | None:  # noqa: FBT001 - the form of a parser
    if not isinstance(node, SequenceNode) or len(node.items) != 2:  # noqa: PLR2004 - a pair
        return _refuse(node, found, "expected a list of two values")
    for item in node.items:
        is_config = _get_config_key(item) is not None
        if not isinstance(item, ScalarNode) and not (is_config and config_allowed):
            return _refuse(item, found, "expected a scalar, one ${…} or {$config: KEY}")
    return _Equals(node.items[0], node.items[1])


def _parse_not(node: Node, found: Collector, config_allowed: bool) -> Condition | None:  # noqa: FBT001 - the form of a parser
    inner = parse_condition(node, found, config_allowed=config_allowed)
    return None if inner is None else _Not(inner)


def _build_several(*, decisive: bool) -> Callable[[Node, Collector, bool], Condition | None]:
    def parse(node: Node, found: Collector, config_allowed: bool) -> Condition | None:  # noqa: FBT001 - the form of a parser
        if not isinstance(node, SequenceNode) or not node.items:
            return _refuse(node, found, "expected a list of conditions")
        parsed = [
            parse_condition(item, found, config_allowed=config_allowed) for item in node.items
        ]
        known = tuple(condition for condition in parsed if condition is not None)
        return _Several(known, decisive) if len(known) == len(parsed) else None

    return parse


PARSERS: dict[str, Callable[[Node, Collector, bool], Condition | None]] = {
    "$config": _parse_config,
    "debug": _parse_debug,
    "installed": _parse_installed,
    "equals": _parse_equals,
    "not": _parse_not,
    "all": _build_several(decisive=False),
    "any": _build_several(decisive=True),
}


def _refuse(node: Node, found: Collector, message: str) -> Condition | None:
    """Report ``node``, and return ``None``."""
    if isinstance(node, ScalarNode) and node.unknown:
        return None  # why it cannot be told is said, or is no error
    found.add(_build_fault(node, message))
    return None


def _build_fault(node: Node, message: str) -> Diagnostic:
    hint = "Write true, false, one `${…}`, or a mapping such as `{debug: false}`."
    return codes.BAD_CONDITION.at(node.place, message, hint=hint)


def _get_config_key(node: Node) -> str | None:
    if isinstance(node, MappingNode) and list(node.entries) == ["$config"]:
        key = node.get("$config")
        return key.text if isinstance(key, ScalarNode) else None
    return None


def _get_value(node: Node, facts: Facts) -> object:
    key = _get_config_key(node)
    if key is not None:
        return (facts.config or {}).get(key)
    assert isinstance(node, ScalarNode)
    return node.value


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_about_secret(node: Node) -> bool:
    key = _get_config_key(node)
    if key is not None:
        return is_secret_key(key)
    return mask_node(node) is not node


def _describe(node: Node, is_secret: bool) -> str:  # noqa: FBT001 - about both sides at once
    key = _get_config_key(node)
    if key is not None:
        return f"config {key}"
    assert isinstance(node, ScalarNode)
    if node.written is not None:
        return mask_written(node.written)
    return f'"{MASK if is_secret else mask_url(node.text)}"'
