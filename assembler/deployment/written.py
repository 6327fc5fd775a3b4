"""Find the folders that the steps of a profile write to, on the machine where it is deployed."""

from __future__ import annotations

import posixpath
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from assembler.database.url import FILES, URI_KEY
from assembler.document.nodes import ScalarNode, SequenceNode, find_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from assembler.diagnostics.diagnostic import Place
    from assembler.document.nodes import Node
    from assembler.language.profile import Profile, Step

__all__ = ["Written", "find_instance", "find_local_instance", "find_sqlite", "find_written"]


class Written(NamedTuple):
    """The folders that are written to, absolute; none is below another one of its kind."""

    scratch: tuple[str, ...]  # may be empty at each start
    data: tuple[str, ...]  # what is in it has to stay


def find_instance(profile: Profile, paths: Sequence[Path], folder: str) -> str:
    """Return the app's instance folder on the deployed machine.

    Args:
        profile: The profile.
        paths: The project's root, then where its modules are found as well.
        folder: Where the root is on the deployed machine.
    """
    found, root = find_local_instance(profile, paths), paths[0]
    inside = found.relative_to(root).as_posix() if found.is_relative_to(root) else None
    return posixpath.normpath(posixpath.join(folder, inside) if inside else found.as_posix())


def find_local_instance(profile: Profile, paths: Sequence[Path]) -> Path:
    """Return the app's instance folder, as Flask finds it: beside the package or module."""
    given = find_text(profile.app.options.get("instance_path"))
    if given is not None and given.startswith("/"):
        return Path(given)
    top = (find_text(profile.app.options.get("import_name")) or "").partition(".")[0]
    has = (one for one in paths if top and ((one / top).is_dir() or (one / f"{top}.py").is_file()))
    return next(has, paths[0]) / "instance"


def find_written(parts: Iterable[tuple[Profile, str]], writable: tuple[str, ...]) -> Written:
    """Return what the steps of profiles write to, each with its app's instance folder.

    What is ``writable`` anyway is left out, but for what has to stay.
    """
    scratch: set[str] = set()
    data: set[str] = set()
    above: set[str] = set()  # the project's folder too, which a volume would hide
    for profile, instance in parts:
        above |= {str(one) for one in PurePosixPath(instance).parents}
        for step in profile.extensions:
            when = step.node.get("when")
            if isinstance(when, ScalarNode) and when.value is False:
                continue
            kept = data if step.use == "storage" else scratch
            found = (posixpath.join(instance, path) for path in _iter_folders(step))
            kept |= {posixpath.normpath(path) for path in found}
    scratch = {path for path in scratch if not f"{path}/".startswith(writable)}
    return Written(_find_outer(scratch - data - above), _find_outer(data - above))


def find_sqlite(profile: Profile, instance: str, data: Iterable[str]) -> Place | None:
    """Return where a SQLite file is named that nothing keeps, or shares; ``None``: none is."""
    node = next((one for one in _iter_urls(profile) if one is not None), None)
    scheme, _, path = (find_text(node) or "").partition(":///")
    if node is None or scheme not in FILES or path.partition("?")[0] in {"", ":memory:"}:
        return None
    file = posixpath.normpath(posixpath.join(instance, path))
    return None if any(file.startswith(f"{one}/") for one in data) else node.place


def _iter_urls(profile: Profile) -> Iterator[Node | None]:
    """Yield the URL of the database, the one in force first."""
    for step in profile.extensions:
        if step.use == "database":
            yield step.options.get("url")
    for step in reversed(profile.config):
        if step.use == "values":
            yield step.options.get(URI_KEY)


def _iter_folders(step: Step) -> Iterator[str]:
    """Yield what a step writes to, relative to the instance folder or absolute."""
    if step.use == "storage" and (folder := _read(step, "folder")):
        yield folder
    if step.use == "logging" and (file := _read(step, "file")):
        yield posixpath.dirname(file)
    if step.use == "directories":
        paths = step.options.get("paths")
        items = paths.items if isinstance(paths, SequenceNode) else []
        yield from (one for item in items if (one := find_text(item)) and "${" not in one)
        if paths is None:
            yield "."


def _read(step: Step, key: str) -> str | None:
    """Return an option; ``None``: there is none, or a variable without a default decides it."""
    text = find_text(step.options.get(key))
    return None if text is None or "${" in text else text


def _find_outer(folders: set[str]) -> tuple[str, ...]:
    """Return those that are not below another one."""
    parents = {path: {str(one) for one in PurePosixPath(path).parents} for path in folders}
    return tuple(sorted(path for path in folders if parents[path].isdisjoint(folders)))
