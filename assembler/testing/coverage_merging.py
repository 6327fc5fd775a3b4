"""Measure the coverage of a process of ours, and add it to that of this process."""

from __future__ import annotations

import copy
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["build_coverage_env", "merge_coverage"]

VARIABLE = "COVERAGE_PROCESS_CONFIG"  # what coverage's own path file looks for


def build_coverage_env(file: Path) -> dict[str, str]:
    """Return the variables with which a new Python measures into ``file``, if this one measures."""
    measuring = _find_measuring()
    if measuring is None:
        return {}
    config = copy.deepcopy(measuring.config)
    config.data_file, config.parallel = str(file), False
    # Patches make greenlets of threads.
    config.concurrency = sorted({*(config.concurrency or ()), "greenlet", "thread"} - {"gevent"})
    return {VARIABLE: config.serialize()}


def merge_coverage(file: Path) -> None:
    """Add what was measured into ``file``."""
    measuring = _find_measuring()
    if measuring is None or not file.is_file():
        return
    from coverage import CoverageData  # noqa: PLC0415 - only where it is measured

    data = CoverageData(os.fspath(file))
    data.read()
    measuring.get_data().update(data)


def _find_measuring() -> Any:  # noqa: ANN401 - coverage has no types of ours
    coverage = sys.modules.get("coverage")
    return None if coverage is None else coverage.Coverage.current()
