"""Count the processors that this process may use: its affinity, and the quota of its cgroup."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["count_cpus", "find_quota"]


def count_cpus(root: Path = Path("/")) -> int:
    """Give how many processors are worth using, at least 1.

    A quota of one and a half processors counts as two: a worker less would leave some of it unused.
    """
    count = _count_affinity()
    quota = find_quota(root)
    return max(1, count if quota is None else min(count, int(quota + 0.5)))


def find_quota(root: Path = Path("/")) -> float | None:
    """Give the smallest quota of this process's cgroup and those above it, in processors.

    Args:
        root: Where ``proc`` and ``sys`` are.

    Returns:
        ``None`` where there is no quota, or no cgroup.

    Source: Linux's cgroup-v2.rst (``cpu.max``) and sched-bwc.rst (``cpu.cfs_quota_us``).
    """
    quotas = [quota for folder in _iter_folders(root) if (quota := _read_quota(folder)) is not None]
    return min(quotas, default=None)


def _count_affinity() -> int:
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _iter_folders(root: Path) -> Iterator[Path]:
    """Give the folders of this process's cgroups that may hold a quota, the innermost first."""
    mounts = root / "sys/fs/cgroup"
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers and "cpu" not in controllers.split(","):
            continue
        mount = mounts / "cpu" if controllers else mounts
        # In a container the path may be the host's, while its own group is mounted at the top.
        inner = mount / path.lstrip("/")
        yield inner
        for above in inner.parents:
            if not above.is_relative_to(mount):
                break
            yield above


def _read_quota(folder: Path) -> float | None:
    words = _read(folder / "cpu.max").split()
    if not words:
        words = [_read(folder / f"cpu.cfs_{name}_us").strip() for name in ("quota", "period")]
    try:
        quota, period = (int(word) for word in words)
    except ValueError:  # "max", or no such file: no quota
        return None
    return quota / period if quota > 0 and period > 0 else None


def _read(file: Path) -> str:
    try:
        return file.read_text("ascii", errors="replace")
    except OSError:
        return ""
