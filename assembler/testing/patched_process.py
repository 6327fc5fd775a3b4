"""Run tests in a process that is patched before anything else is imported.

The parent sends a pickled value for each test to run; each report, and the end of the test, goes
back as another. JSON would make lists of the tuples that reports have.
"""

from __future__ import annotations

import os
import pickle
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from assembler.assembling.create import apply_plan_patches
from assembler.diagnostics.diagnostic import ProfileError
from assembler.planning.loading import load_plan, prepare_path

if TYPE_CHECKING:
    import pytest

__all__ = ["is_patched_process", "main"]

_is_patched: list[bool] = []  # what cannot be taken back, as the patches themselves


def is_patched_process() -> bool:
    """Return whether this process was made for the tests of a patched profile."""
    return bool(_is_patched)


class Replay:
    """Run the tests that the parent names, one after another, and report to it."""

    def __init__(self, asked: IO[bytes], told: IO[bytes]) -> None:
        """Keep both ends."""
        self._asked = asked
        self._told = told
        self._config: pytest.Config | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Keep what turns reports into plain values."""
        self._config = config

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run what is asked for, until nothing more is."""
        from _pytest.runner import runtestprotocol  # noqa: PLC0415 - after the patches

        items = {item.nodeid: item for item in session.items}
        with suppress(EOFError):
            while True:
                request = pickle.load(self._asked)  # noqa: S301 - the parent's
                item = items.get(request["run"])
                if item is not None:
                    runtestprotocol(item, nextitem=items.get(request["next"]))
                self._tell({"is_known": item is not None})
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Send a report."""
        assert self._config is not None
        hook = self._config.hook
        told = hook.pytest_report_to_serializable(config=self._config, report=report)
        self._tell({"report": told})

    def _tell(self, message: dict[str, Any]) -> None:
        pickle.dump(message, self._told)
        self._told.flush()


def main() -> int:
    """Patch the process as its first line says, then run the tests that follow."""
    asked, told = os.fdopen(int(sys.argv[1]), "rb"), os.fdopen(int(sys.argv[2]), "wb")
    request = pickle.load(asked)  # noqa: S301 - the parent's
    try:
        loaded = load_plan(request["profile"], env=request["env"])
        prepare_path(loaded.policy)
        apply_plan_patches(loaded)
    except ProfileError as error:
        from assembler.rendering.console import render_masked  # noqa: PLC0415 - for a fault only

        sys.stderr.write(render_masked(error.diagnostics))
        return 1
    _is_patched.append(True)
    import pytest  # noqa: PLC0415 - after the patches

    return int(pytest.main(request["args"], plugins=[Replay(asked, told)]))
