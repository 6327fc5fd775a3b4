"""Read the condition of a step's ``when``, and ask it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, get_args

from assembler.diagnostics import codes
from assembler.diagnostics.excerpt import shorten
from assembler.diagnostics.suggestion import render_suggestion
from assembler.document.nodes import MappingNode, Node, ScalarNode, SequenceNode, find_text
from assembler.language.config_path import find_config_value
from assembler.language.flags import is_true, parse_flag
from assembler.language.interpolation import is_mixed, is_single
from assembler.language.shape import Pool
from assembler.secrets.known import MASK, is_secret_key
from assembler.secrets.masking import mask_node, mask_written
from assembler.secrets.text_secrets import mask_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.diagnostics.diagnostic import Collector

__all__ = ["NO_POOL", "Condition", "Facts", "Verdict", "is_installed", "parse_condition"]

POOLS = get_args(Pool)
NO_POOL = "there is no worker, and so no pool"
HINT = "Write true, false, one `${…}`, or a mapping such as `{debug: false}`."


class Verdict(NamedTuple):
    """Whether a condition holds, and why; `value` is ``None`` while that is not known yet."""

    value: bool | None
    reason: str


def is_installed(module: str) -> bool:
    """Return whether a top-level module can be found; it is not imported."""
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):  # ValueError: __spec__ is None, as for __main__
        return False


class Facts(NamedTuple):
    """What a condition may ask; ``None``: known only once the step is reached."""

    debug: bool | None = None
    config: Mapping[str, object] | None = None
    pool: str | None = None  # of Celery's worker; ``None``: this is none
    is_installed: Callable[[str], bool] = is_installed


Condition = Callable[[Facts], Verdict]


def parse_condition(
    node: Node, found: Collector, *, config_allowed: bool = True
) -> Condition | None:
    """Read the value of ``when``; ``None`` if it is not a condition, which is reported."""
    return _Parser(found, config_allowed).parse(node)


class _Parser(NamedTuple):
    found: Collector
    config_allowed: bool

    def parse(self, node: Node) -> Condition | None:
        if isinstance(node, ScalarNode):
            return self._parse_scalar(node)
        keys = node.entries.keys() if isinstance(node, MappingNode) else ()
        is_one = len(keys) == 1 or keys == {"$config", "default"}
        if not isinstance(node, MappingNode) or not is_one:
            return self._refuse(node, "expected a boolean, one ${…}, or a mapping with one key")
        key, entry = next(iter(node.entries.items()))
        if "$config" in keys:
            return self.parse_config(node, entry.key)
        if key not in PARSERS:
            hint = render_suggestion(key, PARSERS, f"Use one of {', '.join(PARSERS)}.")
            return self._refuse(entry.key, f'unknown condition "{key}"', hint)
        return PARSERS[key](self, entry.value, entry.key)

    def _parse_scalar(self, node: ScalarNode) -> Condition | None:
        written = node.written
        if node.unknown and not is_mixed(written or ""):
            return lambda _: Verdict(None, written or node.text)
        if written is not None and is_single(written):
            state = "true" if is_true(node.text) else "false or empty"
            return _build_constant(is_true(node.text), f"{mask_written(written)} is {state}")
        try:
            if isinstance(node.value, bool) or (node.plain and written is None):
                value = parse_flag(node.text)
                return _build_constant(value, f"when: {str(value).lower()}")
        except ValueError:
            pass
        text = node.text if written is None else mask_written(written)
        self.found.add(
            codes.BAD_CONDITION.at(node.place, f'"{shorten(text)}" is not a condition', hint=HINT)
        )
        return None

    def parse_config(self, node: Node, _: ScalarNode) -> Condition | None:
        assert isinstance(node, MappingNode)  # the whole, as a `default` stands beside the key
        if not self.config_allowed:
            message = "patches run before config is loaded, so `$config` is not allowed"
            return self._refuse(node.entries["$config"].key, message)
        asked = find_config_value(node)
        if asked is None:
            default = node.get("default")
            if default is not None and not isinstance(default, ScalarNode):
                return self._refuse(default, "expected a scalar as the default")
            return self._refuse(node.entries["$config"].value, "expected the name of a config key")

        def ask(facts: Facts) -> Verdict:
            if facts.config is None:
                return Verdict(None, f"config {asked.path}")
            holds = is_true(asked.read(facts.config))
            state = "true" if holds else "false, empty or absent"
            return Verdict(holds, f"config {asked.path} is {state}")

        return ask

    def parse_debug(self, node: Node, _: ScalarNode) -> Condition | None:
        try:
            wanted = parse_flag(node.text if isinstance(node, ScalarNode) else None)
        except ValueError:
            return self._refuse(node, "expected true or false")

        def ask(facts: Facts) -> Verdict:
            if facts.debug is None:
                return Verdict(None, "debug")
            return Verdict(facts.debug is wanted, f"debug is {str(facts.debug).lower()}")

        return ask

    def parse_pool(self, node: Node, _: ScalarNode) -> Condition | None:
        wanted = find_text(node)
        if wanted not in POOLS:
            hint = render_suggestion(wanted or "", POOLS, f"Use one of {', '.join(POOLS)}.")
            return self._refuse(node, "expected the name of one of Celery's pools", hint)

        def ask(facts: Facts) -> Verdict:
            if facts.pool is None:
                return Verdict(value=False, reason=NO_POOL)
            return Verdict(facts.pool == wanted, f"the worker's pool is {facts.pool}")

        return ask

    def parse_installed(self, node: Node, _: ScalarNode) -> Condition | None:
        module = find_text(node)
        if module is None or not module.isidentifier():
            return self._refuse(node, "expected the name of a top-level module")

        def ask(facts: Facts) -> Verdict:
            holds = facts.is_installed(module)
            return Verdict(holds, f"{module} is {'' if holds else 'not '}installed")

        return ask

    def parse_equals(self, node: Node, _: ScalarNode) -> Condition | None:
        if not isinstance(node, SequenceNode) or len(node.items) != 2:  # noqa: PLR2004 - a pair
            return self._refuse(node, "expected a list of two values")
        for item in node.items:
            is_config = find_config_value(item) is not None
            if not isinstance(item, ScalarNode) and not (is_config and self.config_allowed):
                return self._refuse(item, "expected a scalar, one ${…} or {$config: KEY}")
        return _build_equals(*node.items)

    def parse_not(self, node: Node, _: ScalarNode) -> Condition | None:
        inner = self.parse(node)
        if inner is None:
            return None

        def ask(facts: Facts) -> Verdict:
            value, reason = inner(facts)
            return Verdict(None if value is None else not value, reason)

        return ask

    def parse_all(self, node: Node, _: ScalarNode) -> Condition | None:
        return self._parse_several(node, decisive=False)

    def parse_any(self, node: Node, _: ScalarNode) -> Condition | None:
        return self._parse_several(node, decisive=True)

    def _parse_several(self, node: Node, *, decisive: bool) -> Condition | None:
        """Parse a list of conditions, of which one whose value is ``decisive`` settles it."""
        if not isinstance(node, SequenceNode) or not node.items:
            return self._refuse(node, "expected a list of conditions")
        parsed = [self.parse(item) for item in node.items]
        inner = [condition for condition in parsed if condition is not None]
        if len(inner) < len(parsed):
            return None

        def ask(facts: Facts) -> Verdict:
            verdicts = [condition(facts) for condition in inner]
            for verdict in verdicts:
                if verdict.value is decisive:
                    return verdict
            open_reasons = [verdict.reason for verdict in verdicts if verdict.value is None]
            if open_reasons:
                return Verdict(None, ", ".join(open_reasons))
            return Verdict(not decisive, "; ".join(verdict.reason for verdict in verdicts))

        return ask

    def _refuse(self, node: Node, message: str, hint: str | None = HINT) -> None:
        # Of a value that is not known, why is reported already, or is no error.
        if not isinstance(node, ScalarNode) or not node.unknown:
            self.found.add(codes.BAD_CONDITION.at(node.place, message, hint=hint))


# Each gets the value and the key of a mapping with one key.
PARSERS: dict[str, Callable[[_Parser, Node, ScalarNode], Condition | None]] = {
    "$config": _Parser.parse_config,
    "debug": _Parser.parse_debug,
    "pool": _Parser.parse_pool,
    "installed": _Parser.parse_installed,
    "equals": _Parser.parse_equals,
    "not": _Parser.parse_not,
    "all": _Parser.parse_all,
    "any": _Parser.parse_any,
}


def _build_constant(value: bool, reason: str) -> Condition:  # noqa: FBT001 - what it always answers
    return lambda _: Verdict(value, reason)


def _build_equals(left: Node, right: Node) -> Condition:
    sides = (left, right)
    paths = [asked.path for side in sides if (asked := find_config_value(side)) is not None]
    is_secret = any(map(_is_about_secret, sides))

    def ask(facts: Facts) -> Verdict:
        if paths and facts.config is None:
            return Verdict(None, f"config {', '.join(paths)}")
        first, second = (_get_value(side, facts) for side in sides)
        holds = first == second or _as_text(first) == _as_text(second)
        shown = " and ".join(_describe(side, is_secret=is_secret) for side in sides)
        return Verdict(holds, f"{shown} are {'equal' if holds else 'not equal'}")

    return ask


def _get_value(node: Node, facts: Facts) -> object:
    asked = find_config_value(node)
    if asked is not None:
        return asked.read(facts.config or {})
    assert isinstance(node, ScalarNode)
    return node.value


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_about_secret(node: Node) -> bool:
    asked = find_config_value(node)
    return mask_node(node) is not node if asked is None else is_secret_key(asked.path)


def _describe(node: Node, *, is_secret: bool) -> str:
    asked = find_config_value(node)
    if asked is not None:
        return f"config {asked.path}"
    assert isinstance(node, ScalarNode)
    if node.written is not None:
        return mask_written(node.written)
    return f'"{MASK if is_secret else mask_text(node.text)}"'
