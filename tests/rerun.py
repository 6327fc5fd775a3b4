"""Run the few tests that failed once more, one after another: ``python -m tests.rerun STATUS``.

Beside others on a busy machine, a test of processes can fail for want of time alone. What fails
alone as well is a fault, and so is whatever fails in a run where more than `MOST` do.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

__all__ = ["find_failed", "main"]

FAILED = Path(".pytest_cache/v/cache/lastfailed")
STATUS_FAILED = 1
MOST = 5


def find_failed(file: Path) -> list[str]:
    """Return the ids of the tests that pytest's cache says failed last."""
    return list(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else []


def main(status: int) -> int:
    """Return the status of the second run, or `status` where there is to be none."""
    failed = find_failed(FAILED)
    if status != STATUS_FAILED or not 0 < len(failed) <= MOST:
        return status
    sys.stdout.write(f"\nonce more, one after another: {', '.join(failed)}\n")
    sys.stdout.flush()
    return subprocess.run([sys.executable, "-m", "pytest", *failed], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
