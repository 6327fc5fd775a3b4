"""What `make test` does with the tests that failed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def rerun(folder: Path, status: int, failed: list[str]) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder whose pytest says that these failed."""
    cache = folder / ".pytest_cache/v/cache"
    cache.mkdir(parents=True)
    (cache / "lastfailed").write_text(json.dumps(dict.fromkeys(failed, True)), encoding="utf-8")
    (folder / "test_it.py").write_text(
        "def test_good(): pass\ndef test_bad(): assert False\n", encoding="utf-8"
    )
    command = [sys.executable, str(ROOT / "tests/rerun.py"), str(status)]
    # The plug-ins that are installed here take longer to load than the tests to run.
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("status", "failed", "expected", "summary"),
    [
        (1, ["test_it.py::test_good"], 0, "1 passed"),
        (1, ["test_it.py::test_bad"], 1, "1 failed"),
        (1, [f"test_it.py::test_{number}" for number in range(6)], 1, ""),
        (1, [], 1, ""),
        (2, ["test_it.py::test_good"], 2, ""),
    ],
    ids=["passes-alone", "fails-alone", "too-many", "none", "stopped"],
)
def test_a_few_failed_tests_run_once_more(
    tmp_path: Path, status: int, failed: list[str], expected: int, summary: str
) -> None:
    """Nothing else does: many that fail, or a run that was stopped, is a fault as it is."""
    done = rerun(tmp_path, status, failed)

    assert done.returncode == expected, done.stdout
    assert summary in done.stdout
    assert bool(done.stdout) is bool(summary)
