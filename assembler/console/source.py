"""Mask the secrets in a file of a profile so that it stays YAML, and can be edited and linted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from assembler.diagnostics.diagnostic import Edit, Fix
from assembler.document.nodes import ScalarNode, get_children
from assembler.linting.edits import apply_fixes
from assembler.linting.source_text import SourceText
from assembler.planning.step_forms import find_secret_options
from assembler.secrets.known import MASK
from assembler.secrets.line_secrets import find_line_secrets
from assembler.secrets.masking import mask_profile
from assembler.secrets.plain import mask_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assembler.document.nodes import Node

__all__ = ["mask_source"]


def mask_source(text: str, path: str, scrub: Callable[[str], str]) -> str:
    """Return the text of a file with each secret value masked, in quotes where YAML needs them.

    Args:
        text: What the file holds.
        path: The file, as it is shown.
        scrub: Masks the secrets that are known.
    """
    source = SourceText(path, text.encode("utf-8", "replace"))
    if source.root is None:
        masked = "".join(map(_mask_line, source.text.splitlines(keepends=True)))
    else:
        root = source.root
        pairs = _iter_scalars(root, mask_profile(root, find_secret_options))
        fixes = {
            source.get_offsets(node.place): _replace(source, node, mask_plain(shown.text, scrub))
            for node, shown in pairs
            if mask_plain(shown.text, scrub) != node.text
        }
        masked = apply_fixes(source, list(fixes.values())).decode()
    whole: str = mask_plain(masked, scrub)  # what is left is in keys and comments
    return whole


def _iter_scalars(node: Node, masked: Node) -> Iterator[tuple[ScalarNode, ScalarNode]]:
    if isinstance(node, ScalarNode) and isinstance(masked, ScalarNode):
        yield node, masked
    for (_, child), (_, hidden) in zip(get_children(node), get_children(masked), strict=True):
        yield from _iter_scalars(child, hidden)


def _replace(source: SourceText, node: ScalarNode, text: str) -> Fix:
    """Write a value anew, with the line break at its end if it is a block that has one."""
    written = source.get_text(node.place)
    end = source.line_break if written.endswith(("\n", "\r")) else ""
    return Fix("", (Edit(node.place, f"{json.dumps(text, ensure_ascii=False)}{end}"),))


def _mask_line(line: str) -> str:
    for start, end in reversed(find_line_secrets(line)):
        line = f"{line[:start]}{MASK}{line[end:]}"
    return line
