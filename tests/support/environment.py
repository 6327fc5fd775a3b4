"""What the environment of a child process is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ROOT", "build_env"]

ROOT = Path(__file__).resolve().parents[2]
# What a developer has set must not decide how a test ends.
DROPPED_PREFIXES = ("ASSEMBLER_", "FLASK_", "GUNICORN_", "COV_CORE_", "PYTEST_", "PG")
DROPPED_NAMES = frozenset(
    {
        *("DATABASE_URL", "SECRET_KEY", "SENTRY_DSN", "FORCE_COLOR", "NO_COLOR"),
        *("MAKELEVEL", "WEB_CONCURRENCY"),
    }
)


def build_env(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a child: ours without what steers apps, the checkout importable."""
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in DROPPED_NAMES and not name.startswith(DROPPED_PREFIXES)
    }
    # As the project's own pytest: its plug-in takes a second to load.
    env["PYTEST_ADDOPTS"] = "-pno:schemathesis"
    return {**env, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **(extra or {})}
