"""Count the processors that this process may use: its affinity, and the quota of its cgroup."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["count_cpus", "find_quota"]


def count_cpus(root: Path = Path("/")) -> int:
    """Return how many processors are worth using, at least 1.

    A quota is rounded up from one half: 1.5 processors count as two, since one worker would leave
    half a processor unused.
    """
    # Not on macOS.
    affinity = getattr(os, "sched_getaffinity", None)
    count = len(affinity(0)) if affinity else os.cpu_count() or 1
    quota = find_quota(root)
    return max(1, count if quota is None else min(count, int(quota + 0.5)))


def find_quota(root: Path = Path("/")) -> float | None:
    """Return the lowest quota of this process's cgroup and its parents, in processors.

    Args:
        root: The folder with ``proc`` and ``sys``.

    Returns:
        ``None`` where there is no quota or no cgroup.

    Source: Linux's cgroup-v2.rst (``cpu.max``) and sched-bwc.rst (``cpu.cfs_quota_us``).
    """
    quotas = [quota for folder in _iter_folders(root) if (quota := _read_quota(folder)) is not None]
    return min(quotas, default=None)


def _iter_folders(root: Path) -> Iterator[Path]:
    """Yield the folders of this process's cgroups and their parents."""
    mounts = root / "sys/fs/cgroup"
    for line in _read(root / "proc/self/cgroup").splitlines():
        controllers, _, path = line.partition(":")[2].partition(":")
        if controllers and "cpu" not in controllers.split(","):
            continue
        mount = mounts / "cpu" if controllers else mounts
        # In a container the path may be the host's, while the own group is mounted at the top.
        inner = mount / path.lstrip("/")
        yield from (one for one in (inner, *inner.parents) if one.is_relative_to(mount))


def _read_quota(folder: Path) -> float | None:
    words = _read(folder / "cpu.max").split() or [
        _read(folder / f"cpu.cfs_{name}_us") for name in ("quota", "period")
    ]
    try:
        quota, period = map(int, words)
    except ValueError:  # "max", or no such file: no quota
        return None
    return quota / period if quota > 0 and period > 0 else None


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8", errors="replace")
    except OSError:
        return ""
