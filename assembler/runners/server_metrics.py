"""Keep what the metrics of a server need from its master: a folder, and the counts of outcomes.

The master never imports prometheus_client: its workers would have it before their patches.
"""

from __future__ import annotations

import os
import shutil
import struct
from mmap import mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assembler.planning.plan import Decision
from assembler.rendering.console import write_error
from assembler.runners.control_paths import iter_folders, render_name
from assembler.steps.processes import has_ended

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.runners.loading import Serving

__all__ = ["OUTCOMES", "Outcomes", "ServerMetrics", "forget_folder"]

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
STEP = "metrics"
FOLDER_MODE = 0o700
ROOM_BYTES = 16 * 1024 * 1024
# What `assembler.steps.metrics_files` and prometheus_client write; a folder that is given may hold
# more.
FILES = ("*_*.db", "*_merged.new", "merging.json*")
COUNT = struct.Struct("=Q")
OUTCOMES = (
    ("boot", "ok"),
    ("boot", "failed"),
    *((kind, how) for kind in ("reload", "rollback") for how in ("ok", "rejected", "taken_back")),
)


class Outcomes:
    """How often the server did what, in memory that its workers share: only the master counts."""

    def __init__(self) -> None:
        """Begin with none."""
        self._memory = mmap(-1, len(OUTCOMES) * COUNT.size)

    def count(
        self,
        kind: str,
        outcome: Literal["ok", "failed", "rejected", "taken_back"],
    ) -> None:
        """Count one."""
        at = OUTCOMES.index((kind, outcome)) * COUNT.size
        (before,) = COUNT.unpack_from(self._memory, at)
        self._memory[at : at + COUNT.size] = COUNT.pack(before + 1)

    def read(self) -> dict[tuple[str, str], int]:
        """Return the counts until now."""
        counts = (count for (count,) in COUNT.iter_unpack(self._memory[:]))
        return dict(zip(OUTCOMES, counts, strict=True))


class ServerMetrics:
    """What the workers of one server share."""

    def __init__(self, serving: Serving) -> None:
        """Begin with no folder."""
        self.outcomes = Outcomes()
        self._path: Path | None = None  # once a worker needs it
        self._is_prepared = False
        self._pid = os.getpid()
        profile = serving.loaded.plan.profile.file
        self._name = render_name(profile, str(serving.binds[0])).replace(".sock", ".metrics")
        self._root = serving.loaded.root

    def prepare(self, serving: Serving, cfg: Any) -> None:  # noqa: ANN401 - gunicorn's
        """Make the folder, empty, if this is the first generation that needs one.

        In the master, which may be root where the workers are not.
        """
        if self._is_prepared or not _has_step(serving):
            return
        self._is_prepared = True
        given = os.environ.get(VARIABLE)
        fault = None
        for folder in [Path(given)] if given else self._iter_own():
            try:
                folder.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
                _empty(folder)
                if os.geteuid() == 0:
                    os.chown(folder, cfg.uid, cfg.gid)
            except OSError as error:
                fault = f"{folder}: {(error.strerror or str(error)).lower()}"
            else:
                self._path = folder
                return
        write_error(f"no folder for the metrics, each worker tells only of itself: {fault}")

    def _iter_own(self) -> Iterator[Path]:
        """Yield where the folder may be; remove those of servers that were killed."""
        for folder in iter_folders(self._root):
            for stale in folder.glob(f"{self._name}-*"):
                if has_ended(stale.name.rpartition("-")[2]):
                    shutil.rmtree(stale, ignore_errors=True)
            yield folder / f"{self._name}-{self._pid}"

    def enter(self, serving: Serving) -> None:
        """Let this worker write its metrics to the folder. Changes ``os.environ``."""
        if not _has_step(serving):
            return  # whatever else the project does is not changed
        if self._path is not None and not _has_room(self._path):
            write_error(f"no room for the metrics, worker {os.getpid()} tells only of itself")
        elif self._path is not None:
            os.environ[VARIABLE] = str(self._path)
            return
        forget_folder()

    def remove(self) -> None:
        """Remove the folder, if it is the server's own: no worker is left."""
        if self._path is not None and self._path.name.startswith(self._name):
            shutil.rmtree(self._path, ignore_errors=True)


def forget_folder() -> None:
    """Let a process that only tries an app keep its metrics to itself. Changes ``os.environ``."""
    os.environ.pop(VARIABLE, None)


def _has_step(serving: Serving) -> bool:
    steps = serving.loaded.plan.extensions
    return any(one.step.use == STEP and one.decision is not Decision.SKIPPED for one in steps)


def _has_room(folder: Path) -> bool:
    """Return whether files can grow: one that cannot ends its process, by SIGBUS."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    return found.f_bavail * found.f_frsize >= ROOM_BYTES


def _empty(folder: Path) -> None:
    """Remove what an earlier server has left; one that starts this one on SIGUSR2 still runs."""
    if "GUNICORN_PID" in os.environ:
        return
    for pattern in FILES:
        for file in folder.glob(pattern):
            file.unlink()
