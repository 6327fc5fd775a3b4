"""Carry a Dockerfile out without containers: mount namespaces, chroot, and this machine's Python.

A root is a folder with what the image brings. The rest of a root, such as ``/usr``, is the
machine's own, read-only; its Python is at ``/usr/local``, as in the image that is named there.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from tests.support.dockerfile import Stage, parse_dockerfile, parse_exec
from tests.support.processes import ROOT, WAIT_SECONDS, RunningProcess, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tests.conftest import StartProcess

__all__ = [
    "Container",
    "Image",
    "build_image",
    "find_hindrance",
    "get_main_process",
]

# What is the image's, and never the machine's.
OWN = frozenset({"app", "data", "proc", "run", "src", "srv", "tmp", "venv"})
SYSTEM = frozenset({"bin", "dev", "etc", "lib", "lib32", "lib64", "libx32", "sbin", "usr"})
PYTHON = Path(sys.base_prefix)
# This Python may look for its library where the container has none.
MACHINE_ENV = {
    "PATH": f"/usr/local/bin:{os.defpath}",
    "HOME": "/root",
    "LD_LIBRARY_PATH": "/usr/local/lib",
}
EXEC = "import os, sys; os.execvp(sys.argv[1], sys.argv[1:])"


@cache
def find_hindrance() -> str | None:
    """Return why this machine cannot do it, in one line."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "a root of its own takes Linux and root"
    unshare = ["unshare", "--mount", "--pid", "--fork", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    if shutil.which("unshare") is None or subprocess.run(unshare, check=False).returncode:
        return "this machine allows no mount namespaces"
    return None


@dataclass(frozen=True, slots=True)
class Container:
    """A root, and how what runs in it is confined."""

    root: Path
    python: Path  # it has `bin/python`
    env: Mapping[str, str]
    folder: str = "/"
    user: int = 0
    is_read_only: bool = False
    machine: frozenset[str] = SYSTEM  # which of its folders are shared
    mounts: Mapping[str, Path | None] = field(default_factory=dict)  # None: an empty one
    more: Sequence[str] = ()  # what execs the rest

    def build_command(self, command: Iterable[str]) -> list[str]:
        """Build the arguments of a process that makes the namespaces, and becomes the command."""
        entry = ["exec", "chroot", str(self.root), *self._build_entry(), *command]
        lines = [*self._iter_mounts(), shlex.join(entry)]
        script = "\n".join(["set -e", *lines])
        namespaces = ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"]
        return ["unshare", *namespaces, "/bin/sh", "-c", script]

    def _iter_mounts(self) -> Iterator[str]:
        root = shlex.quote(str(self.root))
        yield f"mount --bind {root} {root}"
        yield from self._iter_machine_mounts(root)
        self._make_mount_point("/proc")
        yield f"mount -t proc proc {root}/proc"
        for inside, outside in self.mounts.items():
            self._make_mount_point(inside, is_file=outside is not None and outside.is_file())
            if outside is None:
                yield f"mount -t tmpfs -o mode=0777 tmpfs {root}{inside}"
            else:
                yield f"mount --bind {shlex.quote(str(outside))} {root}{inside}"
        if self.is_read_only:
            yield f"mount -o remount,bind,ro {root}"

    def _iter_machine_mounts(self, root: str) -> Iterator[str]:
        for entry in sorted(Path("/").iterdir()):
            inside = self.root / entry.name
            if entry.name not in self.machine:
                continue
            if entry.is_symlink():
                with suppress(FileExistsError):
                    inside.symlink_to(entry.readlink())
            elif entry.is_dir():
                inside.mkdir(exist_ok=True)
                yield f"mount --rbind {entry} {root}/{entry.name}"
                yield f"mount -o remount,bind,ro {root}/{entry.name}"
        yield f"mount --bind -o ro {shlex.quote(str(self.python))} {root}/usr/local"
        yield f"mount -t tmpfs -o mode=1777 tmpfs {root}/dev/shm"  # noqa: S108 - every container's

    def _make_mount_point(self, inside: str, *, is_file: bool = False) -> None:
        point = self.root / inside.lstrip("/")
        (point.parent if is_file else point).mkdir(parents=True, exist_ok=True)
        if is_file:
            point.touch()

    def _build_entry(self) -> list[str]:
        """Build what sets the user, the environment and the folder, and becomes the rest."""
        ids = [f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"]
        who = ["setpriv", *ids, "--no-new-privs"] if self.user else []
        env = ["env", "-i", f"--chdir={self.folder}", *(f"{k}={v}" for k, v in self.env.items())]
        return [*who, *env, *self.more]

    def run(self, command: Iterable[str]) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        args = self.build_command(command)
        return subprocess.run(args, capture_output=True, text=True, check=False, timeout=300)

    def start(self, process: StartProcess, command: Iterable[str]) -> RunningProcess:
        """Start a command that goes on; `get_main_process` is what it becomes."""
        return process(["-c", EXEC, *self.build_command(command)])

    def run_beside(
        self, running: RunningProcess, command: Iterable[str]
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in a container that was started, as ``docker exec`` does."""
        target = f"--target={get_main_process(running).pid}"
        enter = ["nsenter", target, "--mount", "--pid", "--root", *self._build_entry(), *command]
        return subprocess.run(
            enter, capture_output=True, text=True, check=False, timeout=WAIT_SECONDS
        )


def get_main_process(running: RunningProcess) -> psutil.Process:
    """Return what has the id 1 in its container: a signal to ``unshare`` goes nowhere."""
    outside = psutil.Process(running.pid)
    (inside,) = wait_until(outside.children, "main process of the container")
    return inside


@dataclass(frozen=True, slots=True)
class Image:
    """What a Dockerfile makes."""

    stage: Stage
    container: Container

    @property
    def command(self) -> list[str]:
        """Return what it runs unless told otherwise."""
        return [*parse_exec(self.stage.get("ENTRYPOINT")), *parse_exec(self.stage.get("CMD"))]


def build_image(folder: Path) -> Image:
    """Carry out the Dockerfile of this checkout, in ``folder``.

    Raises:
        AssertionError: if a step fails, with what it said.
    """
    roots: dict[str, Path] = {}
    python = _find_python(folder)
    for stage in parse_dockerfile((ROOT / "Dockerfile").read_text("utf-8")):
        root = roots[stage.name] = folder / stage.name
        (root / "tmp").mkdir(parents=True)
        (root / "tmp").chmod(0o1777)
        root.chmod(0o755)
        container = Container(root, python, MACHINE_ENV)
        for instruction, text in stage.steps:
            container = _carry_out(container, instruction, text, roots)
        image = Image(stage, container)
    return image


def _find_python(folder: Path) -> Path:
    """Return the folder of this Python; one with a link to it if it is at ``/usr``."""
    if Path("/usr") != PYTHON:
        return PYTHON
    (folder / "python" / "bin").mkdir(parents=True)
    (folder / "python" / "bin" / "python").symlink_to(Path(sys.executable).resolve())
    return folder / "python"


def _carry_out(
    container: Container, instruction: str, text: str, roots: Mapping[str, Path]
) -> Container:
    match instruction:
        case "ENV":
            pairs = (word.partition("=") for word in shlex.split(text))
            given = {key: value.replace("$PATH", container.env["PATH"]) for key, _, value in pairs}
            return replace(container, env={**container.env, **given})
        case "WORKDIR":
            (container.root / text.lstrip("/")).mkdir(parents=True, exist_ok=True)
            return replace(container, folder=text)
        case "USER":
            return replace(container, user=int(text.partition(":")[0]))
        case "COPY":
            _copy(container, text.split(), roots)
        case "RUN":
            _run(container, text)
    return container


def _run(container: Container, text: str) -> None:
    """Run a step as root, with what the machine has set for pip."""
    pip = {key: value for key, value in os.environ.items() if key.startswith(("PIP_", "SSL_"))}
    whole = frozenset(entry.name for entry in Path("/").iterdir()) - OWN
    builder = replace(container, machine=whole, env={**pip, **container.env})
    done = builder.run(["/bin/sh", "-c", text])
    assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"


def _copy(container: Container, words: list[str], roots: Mapping[str, Path]) -> None:
    *sources, given = words
    target = container.root / container.folder.lstrip("/") / given.lstrip("/")
    if given.startswith("/"):
        target = container.root / given.lstrip("/")
    if sources[0].startswith("--from="):
        stage, source = sources
        # The stage is not needed any more.
        (roots[stage.removeprefix("--from=")] / source.lstrip("/")).rename(target)
        return
    for source in sources:
        _copy_from_context(source, target)


def _copy_from_context(name: str, target: Path) -> None:
    """Copy what ``.dockerignore`` allows.

    Raises:
        AssertionError: if it does not.
    """
    everything, *lines = (
        line
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if not line.startswith("#")
    )
    assert everything == "*"
    assert f"!{name}" in lines
    ignored = [line.removeprefix("**/") for line in lines if line.startswith("**/")]
    if (ROOT / name).is_dir():
        shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns(*ignored))
    else:
        shutil.copy(ROOT / name, target)
