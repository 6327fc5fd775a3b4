"""Test that a quota of a cgroup is found, and bounds the number of processors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler.serving.cpus import count_cpus, find_quota

if TYPE_CHECKING:
    from pathlib import Path


def write_cgroup(root: Path, own: str, files: dict[str, str]) -> Path:
    """Write a file system with a process in the cgroup ``own`` (a line of /proc/self/cgroup)."""
    for path, text in {"proc/self/cgroup": own, **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


@pytest.mark.parametrize(
    ("own", "files", "quota"),
    [
        ("0::/\n", {"sys/fs/cgroup/cpu.max": "150000 100000\n"}, 1.5),
        ("0::/\n", {"sys/fs/cgroup/cpu.max": "max 100000\n"}, None),
        ("0::/a/b\n", {"sys/fs/cgroup/a/cpu.max": "50000 100000\n"}, 0.5),
        (
            "0::/a/b\n",
            {
                "sys/fs/cgroup/a/cpu.max": "400000 100000\n",
                "sys/fs/cgroup/a/b/cpu.max": "200000 100000\n",
            },
            2.0,
        ),
        ("0::/../host\n", {"sys/fs/cgroup/cpu.max": "300000 100000\n"}, 3.0),
        (
            "4:memory:/x\n3:cpu,cpuacct:/x\n",
            {
                "sys/fs/cgroup/cpu/x/cpu.cfs_quota_us": "250000\n",
                "sys/fs/cgroup/cpu/x/cpu.cfs_period_us": "100000\n",
            },
            2.5,
        ),
        (
            "3:cpu:/\n",
            {
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            None,
        ),
    ],
)
def test_the_quota_of_a_cgroup_is_found(
    own: str, files: dict[str, str], quota: float | None, tmp_path: Path
) -> None:
    """Of both versions, and of the groups above."""
    assert find_quota(write_cgroup(tmp_path, own, files)) == quota


def test_count_of_cpus_is_at_least_one_and_at_most_what_there_is(tmp_path: Path) -> None:
    """A small quota still gives one."""
    root = write_cgroup(tmp_path, "0::/\n", {"sys/fs/cgroup/cpu.max": "10000 100000\n"})

    assert count_cpus(root) == 1
    assert count_cpus(tmp_path / "nothing") >= 1
