"""Look up a dotted path in the config, or in any mapping of mappings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from assembler.document.nodes import MappingNode, Node, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MISSING", "ConfigValue", "find_config_value", "iter_paths", "look_up"]

MISSING: Final = object()
LIMIT_SUGGESTED = 3  # how deep a path is still suggested


class ConfigValue(NamedTuple):
    """What a ``{$config: KEY, default: …}`` of a condition asks for."""

    node: ScalarNode  # of the path
    default: ScalarNode | None

    @property
    def path(self) -> str:
        """The key, or keys of mappings joined by dots."""
        return self.node.text

    def read(self, config: Mapping[str, object]) -> object:
        """Return the value, else the default, else ``None``."""
        value = look_up(config, self.path)
        if value is not MISSING:
            return value
        return None if self.default is None else self.default.value


def find_config_value(node: Node) -> ConfigValue | None:
    """Return what ``node`` asks of the config; ``None`` if it is no well-formed `$config`."""
    if not isinstance(node, MappingNode) or not node.entries.keys() <= {"$config", "default"}:
        return None
    path, default = node.get("$config"), node.get("default")
    if not isinstance(path, ScalarNode) or not isinstance(path.value, str) or not path.text:
        return None
    if default is not None and not isinstance(default, ScalarNode):
        return None
    return ConfigValue(path, default)


def look_up(values: Mapping[Any, object], path: str) -> object:
    """Return what ``path`` leads to in ``values``: a key, or keys of mappings, joined by dots.

    A key that contains the dots itself comes before the path, the longest first.

    Returns:
        `MISSING` if it leads nowhere.
    """
    if path in values:
        return values[path]
    heads = [key for key in values if isinstance(key, str) and path.startswith(f"{key}.")]
    for head in sorted(heads, key=len, reverse=True):
        inner = values[head]
        if isinstance(inner, Mapping):
            found = look_up(inner, path[len(head) + 1 :])
            if found is not MISSING:
                return found
    return MISSING


def iter_paths(
    values: Mapping[Any, object], above: tuple[str, ...] = ()
) -> Iterator[tuple[str, object]]:
    """Yield each path into ``values`` with what it leads to, as far as it is worth suggesting."""
    for key, value in values.items():
        path = (*above, str(key))
        yield ".".join(path), value
        if isinstance(value, Mapping) and len(path) < LIMIT_SUGGESTED:
            yield from iter_paths(value, path)
