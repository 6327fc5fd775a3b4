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

SCRATCH = "emptyDir: {sizeLimit: 256Mi}"  # for logs, and what is made anew at each start
MEMORY = "emptyDir: {medium: Memory, sizeLimit: 64Mi}"


class Mount(NamedTuple):
    """A volume, and where it is mounted; the texts are entries of a mapping in flow style."""

    name: str
    source: str
    target: str


def iter_mounts(stack: Stack, one: Workload) -> Iterator[Mount]:
    """Yield the volumes of a pod."""
    yield from _iter_profiles(stack, one)
    yield from _iter_secrets(stack, one)
    yield Mount("tmp", MEMORY, "mountPath: /tmp")
    for number, folder in enumerate(one.scratch, start=1):
        yield Mount(f"scratch-{number}", SCRATCH, f"mountPath: {quote(folder)}")
    for folder in one.data:
        name = stack.claims[folder]
        source = f"persistentVolumeClaim: {{claimName: {stack.name}-{name}}}"
        yield Mount(f"data-{name}", source, f"mountPath: {quote(folder)}")
    if one.role == "migrations":
        return
    if one.role == "web":
        yield Mount("workers", MEMORY, "mountPath: /dev/shm")
    yield Mount("control", MEMORY, f"mountPath: {RUNTIME}")
    yield Mount("state", "emptyDir: {sizeLimit: 64Mi}", f"mountPath: {STATE}")
    if one.health_folder is not None:
        yield Mount("health", MEMORY, f"mountPath: {quote(one.health_folder)}")


def _iter_profiles(stack: Stack, one: Workload) -> Iterator[Mount]:
    """Yield the profiles, with each `$file` that is read from among them."""
    keys = stack.keys
    items = [{"key": key, "path": path} for path, key in keys.items()]
    is_flat = all(key == path for path, key in keys.items())  # then each is called as its key
    source = f"name: {stack.map_name}" + ("" if is_flat else f", items: {quote(items)}")
    source = f"configMap: {{{source}}}"
    inside = [file for file in one.files if stack.is_mounted(file)]
    if inside:  # nothing can be mounted into what is read-only: both make one volume
        secrets = [
            {"key": posixpath.basename(file), "path": posixpath.relpath(file, stack.mounted_folder)}
            for file in inside
        ]
        secret = f"secret: {{name: {stack.name}, items: {quote(secrets)}}}"
        source = f"projected: {{defaultMode: 0440, sources: [{{{source}}}, {{{secret}}}]}}"
    if not stack.is_scattered:
        target = f"mountPath: {quote(stack.mounted_folder)}, readOnly: true"
        yield Mount("profiles", source, target)
        return
    for path in sorted(stack.texts):  # one by one: the folder would hide the rest of the project
        place = f"mountPath: {quote(posixpath.join(stack.folder, path))}"
        yield Mount("profiles", source, f"{place}, subPath: {quote(path)}, readOnly: true")


def _iter_secrets(stack: Stack, one: Workload) -> Iterator[Mount]:
    """Yield the folders that `secrets` sources read whole, and those that hold a `$file`."""
    for folder in one.folders:
        name = build_label(posixpath.basename(folder))
        source = f"secret: {{secretName: {stack.name}-{name}, defaultMode: 0440}}"
        yield Mount(f"folder-{name}", source, f"mountPath: {quote(folder)}, readOnly: true")
    by_folder: dict[str, list[str]] = {}
    for file in one.files:
        folder, name = posixpath.split(file)
        if folder not in one.folders and not stack.is_mounted(file):
            by_folder.setdefault(folder, []).append(name)
    for number, (folder, names) in enumerate(by_folder.items(), start=1):
        items = [{"key": name, "path": name} for name in names]
        source = f"secret: {{secretName: {stack.name}, defaultMode: 0440, items: {quote(items)}}}"
        if folder != stack.folder:
            yield Mount(f"secrets-{number}", source, f"mountPath: {quote(folder)}, readOnly: true")
            continue
        for name in names:  # one by one, as above
            place = f"mountPath: {quote(f'{folder}/{name}')}, subPath: {quote(name)}"
            yield Mount(f"secrets-{number}", source, f"{place}, readOnly: true")
