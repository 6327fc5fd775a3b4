"""Hold a typed profile: frozen values, each with the node that it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Place
    from assembler.document.nodes import MappingNode, Node
    from assembler.language.composition import Composed
    from assembler.language.condition import Condition
    from assembler.language.shape import Pool

__all__ = ["AppSpec", "Profile", "ServerSpec", "Step", "WorkerSpec"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Part:
    """A piece of a profile."""

    node: MappingNode

    def place_of(self, key: str) -> Place:
        """Return the place of the value of ``key``, or of the whole part if it is not written."""
        node = self.node.get(key)
        return self.place if node is None else node.place

    @property
    def place(self) -> Place:
        """Where a diagnostic of the whole part points: its ``use``, else its ``name``."""
        return (self.node.get("use") or self.node.get("name") or self.node).place


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Step(_Part):
    """One entry of ``patches``, ``config`` or ``extensions``; options are nodes, with places."""

    use: str
    name: str  # as written, else ``use``
    options: MappingNode  # ``with``; empty if left out
    init: MappingNode
    has_init: bool  # whether ``init`` is written, even if it is empty
    condition: Condition | None  # ``None``: the step always runs
    as_: str | None
    after: tuple[str, ...]
    before: tuple[str, ...]
    on_error: Literal["abort", "skip"]
    app_context: bool
    close: str | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AppSpec(_Part):
    """What makes the Flask object."""

    use: str
    options: MappingNode


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ServerSpec(_Part):
    """What serves the app."""

    use: Literal["gunicorn", "gevent", "werkzeug"] | None
    bind: tuple[str, ...]
    workers: int | str
    boot_timeout: float  # seconds
    drain_seconds: float
    management_bind: str | None
    options: MappingNode
    reload: ReloadSpec


WORDS = frozenset({"auto", "off"})  # in place of a path


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ReloadSpec:
    """How a running server takes over another version of the profile."""

    watch: bool
    canary: bool  # whether the app is tried first
    canary_path: str | None  # what is asked of it; None: what tells readiness, else /
    probation_seconds: float
    max_errors: float  # a share
    rolling: bool
    control: str  # a path, auto or off
    state: str  # the same


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class WorkerSpec(_Part):
    """What carries out Celery's tasks."""

    pool: Pool
    concurrency: int | str
    queues: tuple[str, ...] | None
    settings: dict[str, int | float]  # of Celery's own names, those that are keys of ours
    health_file: str | None
    options: MappingNode


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Profile(_Part):
    """How to assemble one Flask app for one role; ``node`` is the interpolated root."""

    composed: Composed  # what it was made from, not interpolated
    name: str  # as written, else the file's stem
    role: str
    abstract: bool
    debug: bool | None
    app: AppSpec
    patches: tuple[Step, ...]
    config: tuple[Step, ...]
    extensions: tuple[Step, ...]
    server: ServerSpec
    worker: WorkerSpec

    @property
    def pool(self) -> Pool | None:
        """Celery's pool, of a profile that is a worker's."""
        return self.worker.pool if self.role == "worker" else None

    @property
    def file(self) -> Path:
        """The profile's file, absolute."""
        return self.composed.file

    def get_folder(self, node: Node) -> Path:
        """Return the folder of the file that says ``node``: relative paths start there."""
        return self.composed.get_folder(node)

    def find_server_places(self) -> dict[str, Path]:
        """Return the paths of ``server.control`` and ``server.state``, where they are paths."""
        reload = self.server.reload
        return {
            key: self.get_folder(self.server.node.get(key) or self.node) / value
            for key, value in (("control", reload.control), ("state", reload.state))
            if value not in WORDS
        }

    def find_worker_places(self) -> dict[str, Path]:
        """Return the path of ``worker.health_file``, if it is written."""
        file = self.worker.health_file
        node = self.worker.node.get("health_file") or self.node
        return {} if file is None else {"health_file": self.get_folder(node) / file}

    def get_source_folder(self, step: Step) -> Path:
        """Return the folder that the ``path`` of a config source is relative to.

        That of the file that writes ``path``, even if an overlay elsewhere changes the rest.
        """
        return self.get_folder(step.options.get("path") or step.node.get("use") or step.node)
