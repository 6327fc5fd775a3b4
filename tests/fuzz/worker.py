"""Run one engine in this process: ``python -m tests.fuzz.worker ENGINE COUNT SEED FOLDER TARGET``.

Before an input is tried it is in the file ``progress`` of the folder; what breaks is written to
``found``, each kind once. A crash, or an endless loop, is for the process that watches.
"""

from __future__ import annotations

import faulthandler
import hashlib
import importlib
import os
import sys
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fuzz.engines import ENGINES
from tests.fuzz.progress import Progress
from tests.fuzz.seeds import load_seeds, write_project

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["main"]

SEED_LENGTH = 12  # of the name of a kind


def main(arguments: list[str]) -> None:
    """Run the engine."""
    engine, count, seed, path, target = arguments
    folder = Path(path).resolve()
    # To the end of the process, that is of the log.
    log = (folder / "stacks").open("w")
    faulthandler.enable(log)
    (folder / "found").mkdir()
    project = folder / "project"
    write_project(project)
    os.chdir(project)
    with Progress(folder / "progress") as progress:
        attempt = _Attempt(folder / "found", progress)

        def load() -> Callable[[bytes], None]:
            module, _, name = target.partition(":")
            attempt.check = getattr(importlib.import_module(module), name)().check
            warnings.simplefilter("error")
            return attempt

        ENGINES[engine](load, load_seeds(), int(count), int(seed), folder)


class _Attempt:
    """Try an input, and note what it breaks."""

    def __init__(self, found: Path, progress: Progress) -> None:
        self.check: Callable[[bytes], None]
        self._found = found
        self._progress = progress

    def __call__(self, source: bytes) -> None:
        self._progress.begin(source)
        try:
            self.check(source)
        except Exception as error:  # noqa: BLE001 - whatever it is, it was found
            self._note(source, error)

    def _note(self, source: bytes, error: Exception) -> None:
        """Save the input, unless one that breaks the same was found that is shorter."""
        frames = traceback.extract_tb(error.__traceback__)[-3:]
        what = str(error).partition(":")[0] if isinstance(error, AssertionError) else ""
        where = [f"{frame.filename}:{frame.lineno}" for frame in frames]
        kind = "\n".join([type(error).__name__, "".join(filter(str.isalpha, what)), *where])
        name = hashlib.sha256(kind.encode()).hexdigest()[:SEED_LENGTH]
        file = self._found / f"{name}.yaml"
        if file.exists() and file.stat().st_size <= len(source):
            return
        file.write_bytes(source)
        report = "".join(traceback.format_exception(error))
        file.with_suffix(".txt").write_text(report, "utf-8", "backslashreplace")


if __name__ == "__main__":
    main(sys.argv[1:])
