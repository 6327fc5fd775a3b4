"""Read Alembic's revisions off their files, without importing them, or Alembic."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.diagnostic import Place, Span
from assembler.diagnostics.excerpt import shorten_path

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["RevisionFile", "find_folder_fault", "find_gap", "find_heads", "read_revisions"]

# Settings with which the revisions may stand elsewhere than in `versions`, or as other files.
OTHER_PLACES = re.compile(
    r"^\s*(?:version_locations|recursive_version_locations|sourceless)\s*[=:]"
    r"|[\"'](?:recursive_)?version_locations[\"']",
    re.MULTILINE,
)
LIMIT_BYTES = 1_000_000
WANTED = frozenset({"revision", "down_revision"})


class RevisionFile(NamedTuple):
    """One revision, as its file says it."""

    revision: str
    place: Place  # of the line that says it
    downs: tuple[str, ...]  # the revisions before it


def find_folder_fault(directory: Path) -> str | None:
    """Say why ``directory`` is none of Alembic's, which its ``env.py`` makes it."""
    try:
        if (directory / "env.py").is_file():
            return None
        return "has no env.py" if directory.is_dir() else "does not exist"
    except (OSError, ValueError):  # such as a name that is too long to be one
        return "does not exist"


def read_revisions(directory: Path) -> dict[str, RevisionFile] | None:
    """Give the revisions of ``directory`` by their names; reads their files.

    ``None`` where they cannot be told from the files alone: one is not written as a text, stands
    twice, or Alembic is told to look elsewhere.
    """
    try:
        settings, versions = (
            (directory / "alembic.ini", directory / "env.py"),
            directory / "versions",
        )
        for file in settings:
            if file.exists() and OTHER_PLACES.search(file.read_text("utf-8")):
                return None
        files = sorted(versions.iterdir()) if versions.exists() else []
        read = [
            _read_revision(file, *_identify(file)) for file in files if _is_revision_file(file.name)
        ]
    except (OSError, ValueError):
        return None
    revisions = [one for one in read if one is not None]
    if len(revisions) != len(read):
        return None
    by_name = {one.revision: one for one in revisions}
    return by_name if len(by_name) == len(revisions) else None


def find_heads(revisions: dict[str, RevisionFile]) -> list[RevisionFile]:
    """Give the revisions that none comes after, sorted."""
    followed = {down for one in revisions.values() for down in one.downs}
    return [revisions[name] for name in sorted(revisions.keys() - followed)]


def find_gap(revisions: dict[str, RevisionFile]) -> tuple[RevisionFile, str] | None:
    """Give a revision that cannot be reached, and why: it follows none that is there, or itself."""
    for one in revisions.values():
        for down in one.downs:
            if down not in revisions:
                return one, f'the revision "{one.revision}" follows "{down}", which is not there'
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


def _identify(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=4096)  # an editor lints again and again, and revisions hardly ever change
def _read_revision(file: Path, _changed_ns: int, size_bytes: int) -> RevisionFile | None:
    if size_bytes > LIMIT_BYTES:
        return None
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    said: dict[str, ast.expr] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets = [statement.target]
        else:
            continue
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        value = statement.value
        assert value is not None
        said.update(dict.fromkeys(WANTED.intersection(names), value))
    revision, downs = (_read_texts(said.get(name)) for name in ("revision", "down_revision"))
    if revision is None or len(revision) != 1 or downs is None:
        return None
    node = said["revision"]
    end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
    span = Span(node.lineno, node.col_offset + 1, end_line, end_column + 1)
    return RevisionFile(revision[0], Place(shorten_path(file), span), downs)


def _read_texts(node: ast.expr | None) -> tuple[str, ...] | None:
    """Give the texts of ``"a"``, ``("a", "b")`` or None; ``None`` for anything else."""
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
