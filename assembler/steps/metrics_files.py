"""Read the metrics of all workers of a server from their files, and keep those files few.

prometheus_client has one file for each process and kind of metric, written through shared memory.
The files of processes that have ended are merged into one of each kind, so that no counter goes
back. Whoever reads or merges holds a lock; a merge that was interrupted is finished by the next
one.
"""

from __future__ import annotations

import fcntl
import json
import os
import struct
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prometheus_client import values
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

from assembler.steps.processes import has_ended

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prometheus_client import Metric

    Entry = tuple[float, float]  # a value, and when it was set

__all__ = ["VARIABLE", "MetricFiles", "MetricsBusyError", "is_shared"]

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client while it is imported
LOCK = "lock"
PLAN = "merging.json"  # there once a merge is decided: the files that it replaces
MERGED = "merged"  # in the place of a pid
PENDING = ".new"
LIMIT_SECONDS = 5.0  # to wait for the lock
POLL_SECONDS = 0.01
ATTEMPTS = 5  # at reading the files of processes that are about to write them for the first time
BROKEN = (struct.error, RuntimeError, UnicodeDecodeError)
# Gauges that say something of a process that lives.
OF_THE_LIVING = ("gauge_all_", "gauge_live")


class MetricsBusyError(OSError):
    """Raise if another process reads or merges the files for too long."""


def is_shared() -> bool:
    """Return whether this process writes its metrics to files that others can read."""
    return bool(values.ValueClass._multiprocess)  # noqa: SLF001 - it has no public name


class MetricFiles:
    """The files of one server's workers."""

    def __init__(self, folder: Path) -> None:
        """Keep where they are."""
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        """Return the metrics of all processes, also of those that have ended.

        Raises:
            MetricsBusyError: if the files are in use for too long.
        """
        with self._lock():
            self._merge()
            for _ in range(ATTEMPTS - 1):
                try:
                    return iter([*self._read_all()])
                except BROKEN:
                    time.sleep(POLL_SECONDS)
            return iter([*self._read_all()])

    def merge_dead(self) -> None:
        """Merge the files of processes that have ended; raises as `collect`."""
        with self._lock():
            self._merge()

    def _read_all(self) -> Iterator[Metric]:
        found: Iterator[Metric] = MultiProcessCollector(None, str(self._folder)).collect()
        return found

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Keep the other processes, and the other threads, from reading and merging."""
        descriptor = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _wait_for(descriptor)
            try:
                yield
            finally:
                # Closing is not enough: a child that was forked meanwhile has it as well.
                fcntl.flock(descriptor, fcntl.LOCK_UN)
        finally:
            os.close(descriptor)

    def _merge(self) -> None:
        """Merge; the lock is held."""
        self._finish()
        dead = [file for file in self._folder.glob("*_*.db") if has_ended(_split(file)[1])]
        if not dead:
            return
        kinds = {_split(file)[0] for file in dead}
        for kind in kinds:
            if not kind.startswith(OF_THE_LIVING):
                self._write_merged(kind, [one for one in dead if _split(one)[0] == kind])
        decided = self._folder / (PLAN + PENDING)
        decided.write_text(json.dumps([file.name for file in dead]), "utf-8")
        decided.replace(self._folder / PLAN)
        self._finish()

    def _write_merged(self, kind: str, dead: list[Path]) -> None:
        """Write beside the merged file of a kind what it is to be."""
        name = f"{kind}{MERGED}"
        entries: dict[str, Entry] = {}
        for file in (self._folder / f"{name}.db", *dead):
            for key, entry in _read(file):
                known = entries.get(key)
                entries[key] = entry if known is None else _join(kind, known, entry)
        pending = self._folder / f"{name}{PENDING}"
        pending.unlink(missing_ok=True)
        merged = MmapedDict(str(pending))
        for key, entry in entries.items():
            merged.write_value(key, *entry)
        merged.close()

    def _finish(self) -> None:
        """Carry out a merge that is decided: from here on it can be done again."""
        plan = self._folder / PLAN
        if not plan.exists():
            return
        for pending in self._folder.glob(f"*_{MERGED}{PENDING}"):
            pending.replace(pending.with_suffix(".db"))
        for name in json.loads(plan.read_text("utf-8")):
            (self._folder / name).unlink(missing_ok=True)
        plan.unlink()


def _wait_for(descriptor: int) -> None:
    """Lock a file; other greenlets run meanwhile."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                message = "another process has used the files for too long"
                raise MetricsBusyError(message) from None
            time.sleep(POLL_SECONDS)
        else:
            return


def _split(file: Path) -> tuple[str, str]:
    """Return the kind of metrics in a file, up to the last underscore, and whose they are."""
    kind, _, owner = file.stem.rpartition("_")
    return f"{kind}_", owner


def _read(file: Path) -> Iterator[tuple[str, Entry]]:
    """Yield what a file holds: nothing if its process was killed while it made it."""
    try:
        entries = [*MmapedDict.read_all_values_from_file(str(file))]
    except (FileNotFoundError, *BROKEN):
        return
    for key, value, timestamp, _ in entries:
        yield key, (value, timestamp)


def _join(kind: str, one: Entry, other: Entry) -> Entry:
    """Join two values of one metric, as prometheus_client does when it reads the files."""
    if kind == "gauge_min_":
        return min(one, other)
    if kind == "gauge_max_":
        return max(one, other)
    if kind == "gauge_mostrecent_":
        return max(one, other, key=lambda entry: entry[1])
    return one[0] + other[0], 0.0
