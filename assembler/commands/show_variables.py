"""Describe the variables that a profile reads, for `show --variables`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.excerpt import shorten_path
from assembler.document.nodes import find_text
from assembler.language.environment import find_variable_file
from assembler.language.variables import ReadVariable, list_variables
from assembler.planning.step_forms import find_secret_options
from assembler.rendering.table import render_table
from assembler.secrets.masking import mask_profile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assembler.language.profile import Profile

__all__ = ["list_rows", "render_variables"]

NO_DEFAULT, EMPTY = "-", '""'
Row = dict[str, object]


def list_rows(profile: Profile, env: Mapping[str, str]) -> list[Row]:
    """Return each variable and where it is read, by name; values are never shown.

    Those of an `env` source are the ones that are set.
    """
    masked = mask_profile(profile.node, find_secret_options)
    read = [
        *list_variables(profile.composed.root, masked),
        *_iter_others(profile, env),
    ]
    ordered = sorted(dict.fromkeys(read), key=lambda one: (one.name, one.place))
    return [_build_row(one, env) for one in ordered]


def render_variables(rows: list[Row]) -> str:
    """Render the rows as a table."""
    return render_table(
        ["variable", "state", "default", "read at"],
        [
            [
                str(row["name"]),
                f"{row['state']} by {row['file']}" if row["file"] else str(row["state"]),
                NO_DEFAULT if row["default"] is None else str(row["default"]) or EMPTY,
                f"{row['path']}:{row['line']}",
            ]
            for row in rows
        ],
    )


def _iter_others(profile: Profile, env: Mapping[str, str]) -> Iterator[ReadVariable]:
    """Yield what is read without a `${…}`: FLASK_DEBUG, and what the `env` sources find."""
    if profile.debug is None:
        yield ReadVariable("FLASK_DEBUG", "false", profile.composed.own.place)
    for step in profile.config:
        prefix = find_text(step.options.get("prefix")) or "FLASK"
        if step.use == "env":
            names = [name for name in env if name.startswith(f"{prefix}_")]
            yield from (ReadVariable(name, None, step.place) for name in names)


def _build_row(one: ReadVariable, env: Mapping[str, str]) -> Row:
    value, file = env.get(one.name), find_variable_file(one.name)
    return {
        "name": one.name,
        "state": "not set" if value is None else "set" if value else "empty",
        "default": one.default,
        "file": None if file is None else shorten_path(file),
        "path": one.place.path,
        "line": one.place.span.line,
    }
