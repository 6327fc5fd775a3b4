"""Find config keys that a condition asks for and no config source sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.suggestion import render_suggestion
from assembler.document.nodes import MappingNode, Node, ScalarNode, is_reference, iter_nodes
from assembler.language.config_path import MISSING, find_config_value, iter_paths, look_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.language.config_path import ConfigValue
    from assembler.language.profile import Step
    from assembler.planning.plan import PlannedStep

__all__ = ["find_unset_keys", "iter_asked"]


def find_unset_keys(
    step: Step, config: Mapping[str, object], sources: Iterable[PlannedStep]
) -> Iterator[Diagnostic]:
    """Report each key that ``when`` asks for without a default and that nothing sets.

    Args:
        step: The step that asks.
        config: What is set.
        sources: What a `values` source among them sets counts, whether it runs or not.
    """
    written = [one.step.options for one in sources if one.step.use == "values"]
    for asked in iter_asked(step):
        if look_up(config, asked.path) is not MISSING:
            continue
        if not any(_may_set(options, asked.path) for options in written):
            known = [path for path, _ in iter_paths(config)]
            known += [key for options in written for key in options.entries]
            yield codes.UNSET_CONFIG_KEY.at(
                asked.node.place,
                f'no config source sets "{asked.path}", so this is false',
                hint=render_suggestion(
                    asked.path, known, "Set it, or write `default: false` beside it."
                ),
            )


def iter_asked(step: Step) -> Iterator[ConfigValue]:
    """Yield what ``when`` asks of the config without a default."""
    for node in iter_nodes(step.node.get("when"), needs_dollar=True):
        asked = find_config_value(node)
        if asked is not None and asked.default is None:
            yield asked


def _may_set(node: Node, path: str) -> bool:
    """Return whether ``path`` leads to something in ``node``, or to what is not known yet."""
    if not path or is_reference(node):
        return True
    if isinstance(node, ScalarNode):
        return node.unknown
    return isinstance(node, MappingNode) and any(
        _may_set(entry.value, path[len(key) + 1 :])
        for key, entry in node.entries.items()
        if f"{path}.".startswith(f"{key}.")
    )
