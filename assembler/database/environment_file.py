"""Read off the text of an ``env.py`` on which databases it works, and where the revision is."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.files import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["EnvironmentFile", "VersionTable", "read_environment_file"]

NAME, SCHEMA = "version_table", "version_table_schema"
# Names and words with which only running it tells where the revision is.
DECIDES_AT_RUN = frozenset(
    {"create_engine", "create_async_engine", "engine_from_config", "async_engine_from_config"}
)
WORDS = ("search_path", "schema_translate_map")
OF_BINDS = "bind_names"  # Flask-Migrate's own template for several databases


class VersionTable(NamedTuple):
    """The table in which Alembic keeps the database's revision."""

    name: str = "alembic_version"
    schema: str | None = None


class EnvironmentFile(NamedTuple):
    """What the text tells."""

    version_table: VersionTable | None  # ``None``: only running it tells
    has_binds: bool  # whether it migrates every bind of the app, each with a table of its own


def read_environment_file(file: Path, options: Mapping[str, Any]) -> EnvironmentFile:
    """Read an ``env.py`` without running it.

    Args:
        file: The file.
        options: What the project gave Flask-Migrate for ``context.configure``.

    Raises:
        OSError: if it cannot be read.
        SyntaxError: if it is not Python; also ValueError, RecursionError and MemoryError.
    """
    source = read_file(file)
    tree = ast.parse(source, str(file))
    has_binds = OF_BINDS.encode() in source
    named = {NAME: {options.get(NAME, VersionTable().name)}, SCHEMA: {options.get(SCHEMA)}}
    for key, given in named.items():
        named[key] = {_read_literal(value) for value in _iter_values(tree, key)} or given
    if _decides_at_run(tree, source) or any(len(values) > 1 for values in named.values()):
        return EnvironmentFile(None, has_binds)
    (name,), (schema,) = named[NAME], named[SCHEMA]
    if not isinstance(name, str) or not isinstance(schema, (str, type(None))):
        return EnvironmentFile(None, has_binds)
    return EnvironmentFile(VersionTable(name, schema), has_binds)


def _iter_values(tree: ast.AST, key: str) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from (one.value for one in node.keywords if one.arg == key)


def _read_literal(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else Ellipsis


def _decides_at_run(tree: ast.AST, source: bytes) -> bool:
    names = (getattr(node, "id", getattr(node, "attr", None)) for node in ast.walk(tree))
    keys = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return (
        not DECIDES_AT_RUN.isdisjoint(names)
        or any(key in {NAME, SCHEMA} for key in keys)
        or any(word.encode() in source for word in WORDS)
    )
