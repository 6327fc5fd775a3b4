"""Read Alembic's revisions off their files, without importing them, or Alembic."""

from __future__ import annotations

import ast
import re
from collections import Counter
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.diagnostic import Place, Span
from assembler.diagnostics.excerpt import shorten_path
from assembler.files import list_names, read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

__all__ = [
    "RevisionFile",
    "find_folder_fault",
    "find_forked_heads",
    "find_gap",
    "find_heads",
    "parse_revisions",
    "read_revisions",
    "read_sources",
]

# Settings with which the revisions may be elsewhere than in `versions`, or as other files.
OTHER_PLACES = (
    r"(?m)^[ \t]*(?:version_locations|recursive_version_locations|sourceless)[ \t]*[=:]"
    r"|[\"'](?:recursive_)?version_locations[\"']"
)


class RevisionFile(NamedTuple):
    """One revision, as its file says it."""

    revision: str
    place: Place  # of the line that says it
    downs: tuple[str, ...]  # the revisions before it


def find_folder_fault(directory: Path) -> str | None:
    """Return why ``directory`` is not an Alembic directory; ``None``: it has an ``env.py``."""
    try:
        if (directory / "env.py").is_file():
            return None
        return "has no env.py" if directory.is_dir() else "does not exist"
    except (OSError, ValueError):  # such as a name that is too long to be one
        return "does not exist"


def read_revisions(directory: Path) -> dict[str, RevisionFile] | None:
    """Return the revisions of ``directory`` by their names; reads their files.

    ``None`` where the files alone do not tell: a name is not a literal, or is there twice, or
    Alembic looks elsewhere.
    """
    try:
        return parse_revisions(directory)
    except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
        return None


def parse_revisions(directory: Path) -> dict[str, RevisionFile] | None:
    """Return the revisions as `read_revisions` does.

    Raises:
        OSError: if a file cannot be read.
        SyntaxError: if one is not Python; also ValueError, RecursionError and MemoryError.
    """
    versions = directory / "versions"
    for file in (directory / "alembic.ini", directory / "env.py"):
        if file.exists() and re.search(OTHER_PLACES, read_file(file).decode("utf-8")):
            return None
    files = sorted(versions.iterdir()) if versions.exists() else []
    revisions = [
        _read_revision(file, file.stat().st_mtime_ns)
        for file in files
        if _is_revision_file(file.name)
    ]
    by_name = {one.revision: one for one in revisions if one is not None}
    return by_name if len(by_name) == len(revisions) else None


def read_sources(directory: Path) -> list[bytes]:
    """Return the texts of the revisions of ``directory``, as far as they can be read."""
    sources = []
    for name in list_names(directory / "versions"):
        if _is_revision_file(name):
            with suppress(OSError):
                sources.append(read_file(directory / "versions" / name))
    return sources


def find_heads(revisions: dict[str, RevisionFile]) -> list[RevisionFile]:
    """Return the revisions that none comes after, sorted."""
    followed = {down for one in revisions.values() for down in one.downs}
    return [revisions[name] for name in sorted(revisions.keys() - followed)]


def find_forked_heads(heads: Iterable[str], get_downs: Callable[[str], Iterable[str]]) -> list[str]:
    """Return the heads that have a revision in common; others are separate histories."""
    histories = {head: _collect_history(head, get_downs) for head in heads}
    reached = Counter(name for history in histories.values() for name in history)
    return [
        head for head, history in histories.items() if any(reached[name] > 1 for name in history)
    ]


def _collect_history(head: str, get_downs: Callable[[str], Iterable[str]]) -> set[str]:
    history, rest = set[str](), [head]
    while rest:
        name = rest.pop()
        if name not in history:
            history.add(name)
            rest += get_downs(name)
    return history


def find_gap(revisions: dict[str, RevisionFile]) -> tuple[RevisionFile, str] | None:
    """Return a revision that cannot be reached, and why: it follows a missing one, or itself."""
    from graphlib import CycleError, TopologicalSorter  # noqa: PLC0415 - only to migrate

    for one in revisions.values():
        for down in one.downs:
            if down not in revisions:
                return one, f'the revision "{one.revision}" follows "{down}", which is missing'
    try:
        TopologicalSorter({one.revision: one.downs for one in revisions.values()}).prepare()
    except CycleError as error:
        names: list[str] = error.args[1]
        said = ", ".join(f'"{name}"' for name in names)
        return revisions[names[0]], f"the revisions follow each other in a cycle: {said}"
    return None


def _is_revision_file(name: str) -> bool:
    # As Alembic chooses them.
    return name.endswith(".py") and not name.startswith((".#", "__init__"))


@lru_cache(maxsize=4096)  # 100 files: 2 ms, 129 without; three rules ask for them
def _read_revision(file: Path, _changed_ns: int) -> RevisionFile | None:
    assigned: dict[str, ast.expr] = {}
    for statement in ast.parse(read_file(file), str(file)).body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            assigned.update(dict.fromkeys(names, statement.value))
    node = assigned.get("revision")
    revision, downs = _read_texts(node), _read_texts(assigned.get("down_revision"))
    if node is None or revision is None or len(revision) != 1 or downs is None:
        return None
    end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
    span = Span(node.lineno, node.col_offset + 1, end_line, end_column + 1)
    return RevisionFile(revision[0], Place(shorten_path(file), span), downs)


def _read_texts(node: ast.expr | None) -> tuple[str, ...] | None:
    """Return the strings of ``"a"``, ``("a", "b")`` or None; ``None`` for anything else."""
    if node is None:
        return ()
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
    if value is None:
        return ()
    items = value if isinstance(value, (tuple, list, set)) else (value,)
    texts = tuple(item for item in items if isinstance(item, str))
    return texts if len(texts) == len(items) else None
