"""Tell which variables decided a value, and where they were set."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from assembler.diagnostics.excerpt import shorten_path
from assembler.document.nodes import iter_scalars
from assembler.language.environment import find_variable_file
from assembler.language.variables import find_givers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.diagnostics.diagnostic import Place
    from assembler.document.nodes import MappingNode, ScalarNode

__all__ = ["find_places_of_givers", "list_givers", "render_giver"]

Facts = dict[str, object]


def list_givers(scalar: ScalarNode, env: Mapping[str, str]) -> list[Facts]:
    """Return the variables that decided a value; none if it is as it was written."""
    if scalar.written is None or scalar.unknown:
        return []
    return [
        {"name": name, "is_set": is_set, "file": _find_file(name)}
        for name, is_set in find_givers(scalar.written, env)
    ]


def find_places_of_givers(root: MappingNode) -> dict[Place, list[Facts]]:
    """Return which variables decided each value that was interpolated."""
    return {
        scalar.place: list_givers(scalar, os.environ)
        for scalar in iter_scalars(root, needs_dollar=True)
        if scalar.written is not None
    }


def render_giver(facts: Mapping[str, object]) -> str:
    """Render one of them, as in `from PORT in .env`."""
    if not facts["is_set"]:
        return f"default of {facts['name']}"
    return f"from {facts['name']}" + (f" in {facts['file']}" if facts["file"] else "")


def _find_file(name: str) -> str | None:
    file = find_variable_file(name)
    return None if file is None else shorten_path(file)
