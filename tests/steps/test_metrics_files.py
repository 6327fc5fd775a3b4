"""The files in which the workers of a server keep their metrics."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_client.mmap_dict import MmapedDict, mmap_key

from assembler.steps import metrics_files
from assembler.steps.metrics_files import MetricFiles, MetricsBusyError

if TYPE_CHECKING:
    from prometheus_client import Metric

ALIVE = os.getpid()
DEAD = range((1 << 22) + 1, (1 << 22) + 41)  # no process has such a number
# Two values of each kind and what they are together, after the death of both.
KINDS = {
    "counter": (1, 2, 3),
    "summary": (1, 2, 3),
    "gauge_sum": (1, 2, 3),
    "gauge_min": (1, 2, 1),
    "gauge_max": (1, 2, 2),
    "gauge_mostrecent": (2, 1, 2),
    "gauge_all": (1, 2, None),
    "gauge_liveall": (1, 2, None),
    "gauge_livesum": (1, 2, None),
    "gauge_livemostrecent": (2, 1, None),
}


def write(folder: Path, kind: str, pid: int, value: float, when: float = 0.0) -> None:
    """Write a metric of a process, as prometheus_client does."""
    file = MmapedDict(str(folder / f"{kind}_{pid}.db"))
    file.write_value(mmap_key(kind, kind, ["route"], ["/"], "Help."), value, when)
    file.close()


def write_histogram(folder: Path, pid: int) -> None:
    """Write a histogram with an observation in each of its two buckets."""
    file = MmapedDict(str(folder / f"histogram_{pid}.db"))
    for name, labels, value in (
        ("h_sum", {}, 4),
        ("h_bucket", {"le": "1.0"}, 1),
        ("h_bucket", {"le": "+Inf"}, 1),
    ):
        file.write_value(mmap_key("h", name, [*labels], [*labels.values()], "Help."), value, 0.0)
    file.close()


def read(folder: Path) -> dict[tuple[str, ...], float]:
    """Read what is told: values by name and labels."""
    found: list[Metric] = [*MetricFiles(folder).collect()]
    return {
        (sample.name, *sample.labels.values()): sample.value
        for metric in found
        for sample in metric.samples
    }


def list_files(folder: Path) -> set[str]:
    """Return the names of the files with metrics."""
    return {file.name for file in folder.iterdir()} - {"lock"}


def test_what_the_dead_have_counted_stays(tmp_path: Path) -> None:
    """As prometheus_client puts several files together; only what is of the living goes."""
    for kind, (one, other, _) in KINDS.items():
        write(tmp_path, kind, DEAD[0], one, when=one)
        write(tmp_path, kind, DEAD[1], other, when=other)
    for pid in DEAD[:3]:
        write_histogram(tmp_path, pid)

    found = read(tmp_path)

    expected = {(kind, "/"): both for kind, (*_, both) in KINDS.items() if both is not None}
    histogram = {("h_sum",): 12, ("h_bucket", "1.0"): 3, ("h_bucket", "+Inf"): 6, ("h_count",): 6}
    assert found == expected | histogram
    kept = [kind for kind, (*_, both) in KINDS.items() if both is not None]
    assert list_files(tmp_path) == {f"{kind}_merged.db" for kind in (*kept, "histogram")}


def test_the_living_are_left_alone(tmp_path: Path) -> None:
    """They go on writing."""
    write(tmp_path, "counter", ALIVE, 1)
    write(tmp_path, "gauge_livesum", ALIVE, 5)
    write(tmp_path, "counter", DEAD[0], 10)
    assert read(tmp_path) == {("counter", "/"): 11, ("gauge_livesum", "/"): 5}

    write(tmp_path, "counter", ALIVE, 2)

    assert read(tmp_path)["counter", "/"] == 12
    files = {f"counter_{ALIVE}.db", f"gauge_livesum_{ALIVE}.db", "counter_merged.db"}
    assert list_files(tmp_path) == files


def test_files_stay_few(tmp_path: Path) -> None:
    """However many workers have come and gone, also where nobody asks."""
    for number in range(200):
        pid = DEAD[number % len(DEAD)]
        write(tmp_path, "counter", pid, 1)
        write(tmp_path, "gauge_livesum", pid, 1)
        MetricFiles(tmp_path).merge_dead()
        assert list_files(tmp_path) == {"counter_merged.db"}

    assert read(tmp_path) == {("counter", "/"): 200}
    assert (tmp_path / "counter_merged.db").stat().st_size <= 1 << 16


@pytest.mark.parametrize("operation", ["replace", "unlink", "write_text"])
@pytest.mark.parametrize("number", range(8))
def test_a_merge_that_is_killed_counts_nothing_twice(
    operation: str,
    number: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Wherever it stops: the next one finishes it, or begins again."""
    for pid in DEAD[:3]:
        write(tmp_path, "counter", pid, 1)
        write(tmp_path, "summary", pid, 2)
    MetricFiles(tmp_path).merge_dead()
    for pid in DEAD[3:6]:
        write(tmp_path, "counter", pid, 1)
        write(tmp_path, "gauge_livesum", pid, 2)
    left = iter(range(number))
    real = getattr(Path, operation)

    def stop(*args: object, **options: object) -> object:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return real(*args, **options)

    with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr(Path, operation, stop)
        MetricFiles(tmp_path).merge_dead()

    assert read(tmp_path) == {("counter", "/"): 6, ("summary", "/"): 6}
    assert list_files(tmp_path) == {"counter_merged.db", "summary_merged.db"}


def test_a_worker_that_was_killed_while_it_made_its_file_breaks_nothing(tmp_path: Path) -> None:
    """The file is empty."""
    write(tmp_path, "counter", DEAD[0], 1)
    (tmp_path / f"counter_{DEAD[1]}.db").touch()

    assert read(tmp_path) == {("counter", "/"): 1}


def test_files_that_are_in_use_for_long_are_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever uses them may be stopped."""
    monkeypatch.setattr(metrics_files, "LIMIT_SECONDS", 0.05)
    with (tmp_path / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(MetricsBusyError, match="for too long"):
            read(tmp_path)

    assert read(tmp_path) == {}
