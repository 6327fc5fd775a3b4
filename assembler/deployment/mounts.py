"""Find what Kubernetes mounts into a process that cannot write to anything else."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from assembler.deployment.stack import quote
from assembler.deployment.workload import RUNTIME, STATE, build_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.deployment.stack import Stack
    from assembler.deployment.workload import Workload

__all__ = ["Mount", "iter_mounts"]

MEMORY = "emptyDir: {medium: Memory, sizeLimit: 64Mi}"


class Mount(NamedTuple):
    """A volume, and where it is mounted; the texts are entries of a mapping in flow style."""

    name: str
    source: str
    target: str


def iter_mounts(stack: Stack, one: Workload) -> Iterator[Mount]:
    """Yield the volumes of a pod."""
    profiles = posixpath.normpath(posixpath.join(stack.folder, stack.profiles_folder))
    items = [
        {"key": stack.get_key(path), "path": posixpath.relpath(path, stack.profiles_folder)}
        for path in sorted(stack.texts)
    ]
    source = f"configMap: {{name: {stack.map_name}, items: {quote(items)}}}"
    if stack.is_scattered:  # one by one, since a folder would hide the rest of the project
        for path in sorted(stack.texts):
            target = quote(posixpath.join(stack.folder, path))
            place = f"mountPath: {target}, subPath: {quote(path)}"
            yield Mount("profiles", source, f"{place}, readOnly: true")
    else:
        yield Mount("profiles", source, f"mountPath: {quote(profiles)}, readOnly: true")
    yield from _iter_secrets(stack, one, profiles)
    yield Mount("tmp", MEMORY, "mountPath: /tmp")
    if one.role == "migrations":
        return
    if one.role == "web":
        yield Mount("workers", MEMORY, "mountPath: /dev/shm")
    yield Mount("control", MEMORY, f"mountPath: {RUNTIME}")
    yield Mount("state", "emptyDir: {sizeLimit: 64Mi}", f"mountPath: {STATE}")
    if one.health_folder is not None:
        yield Mount("health", MEMORY, f"mountPath: {quote(one.health_folder)}")


def _iter_secrets(stack: Stack, one: Workload, profiles: str) -> Iterator[Mount]:
    """Yield the folders that `secrets` sources read whole, and those that hold a `$file`."""
    for folder in one.folders:
        name = build_label(posixpath.basename(folder))
        source = f"secret: {{secretName: {stack.name}-{name}, defaultMode: 0440}}"
        yield Mount(f"folder-{name}", source, f"mountPath: {quote(folder)}, readOnly: true")
    files = [file for file in one.files if posixpath.dirname(file) not in one.folders]
    by_folder: dict[str, list[str]] = {}
    for file in files:
        by_folder.setdefault(posixpath.dirname(file), []).append(posixpath.basename(file))
    for number, (folder, names) in enumerate(by_folder.items(), start=1):
        items = [{"key": name, "path": name} for name in names]
        source = f"secret: {{secretName: {stack.name}, defaultMode: 0440, items: {quote(items)}}}"
        if f"{folder}/".startswith(f"{profiles}/"):  # as above: what else is in there stays visible
            for name in names:
                target = f"mountPath: {quote(f'{folder}/{name}')}, subPath: {quote(name)}"
                yield Mount(f"secrets-{number}", source, f"{target}, readOnly: true")
        else:
            yield Mount(f"secrets-{number}", source, f"mountPath: {quote(folder)}, readOnly: true")
