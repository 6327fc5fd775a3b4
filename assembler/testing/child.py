"""Start a process for the tests of a patched profile, and read their reports."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assembler.testing.coverage_merging import build_coverage_env, merge_coverage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pytest

__all__ = ["Child"]

START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop()); "
    "from assembler.testing.patched_process import main; sys.exit(main())"
)
LIMIT_OUTPUT = 4000  # characters of its end, where the process has failed
NOT_THERE = frozenset({"--pdb", "--trace", "-s", "--capture=no"})  # a terminal of its own
CLOSE_SECONDS = 30


class Child:
    """A process that runs one test after another, as it is told."""

    def __init__(
        self, config: pytest.Config, request: Mapping[str, Any], items: Sequence[pytest.Item]
    ) -> None:
        """Start it; it collects ``items``, and waits."""
        self.fault: str | None = None  # why it cannot be asked any more
        self._is_shown = config.getoption("capture") == "no"
        self._folder = tempfile.TemporaryDirectory(prefix="assembler-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        self._coverage_file = folder / "coverage"
        self._output_file = folder / "output"
        their_asked, asked = os.pipe()
        told, their_told = os.pipe()
        ends = (str(their_asked), str(their_told))
        with self._output_file.open("wb") as output:
            self._popen = subprocess.Popen(  # noqa: S603 - this Python, and a module of ours
                [sys.executable, "-c", START, *ends, json.dumps(sys.path)],
                cwd=config.invocation_params.dir,
                env={**os.environ, **build_coverage_env(self._coverage_file)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=(their_asked, their_told),
            )
        os.close(their_asked)
        os.close(their_told)
        self._asked = os.fdopen(asked, "wb")
        self._told = os.fdopen(told, "rb")
        self._ask({**request, "args": _build_args(config, items, folder)})

    def run(self, name: str, following: str | None) -> Iterator[dict[str, Any]]:
        """Run a test, and yield its reports as plain values.

        Sets ``fault`` if the process ends meanwhile.
        """
        self._ask({"run": name, "next": following})
        with suppress(EOFError, pickle.UnpicklingError):  # it has ended, in the middle of a word
            while "is_known" not in (told := pickle.load(self._told)):  # noqa: S301 - the child's
                self._show(told["report"])
                yield told["report"]
            if not told["is_known"]:
                self._fail("the process for patched profiles did not find this test")
            return
        self._popen.wait()
        self._fail(f"the process for patched profiles ended with status {self._popen.returncode}")

    def close(self) -> None:
        """End it, and keep its coverage."""
        with suppress(OSError):
            self._asked.close()
        try:
            self._popen.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        self._told.close()
        merge_coverage(self._coverage_file)
        self._folder.cleanup()

    def _ask(self, request: Mapping[str, Any]) -> None:
        with suppress(BrokenPipeError):  # it is gone, which its status tells
            pickle.dump(dict(request), self._asked)
            self._asked.flush()

    def _show(self, report: Mapping[str, Any]) -> None:
        """Print what a test printed, where this process captures nothing."""
        if self._is_shown and report["when"] == "teardown":
            for _, text in report["sections"]:
                sys.stdout.write(text)

    def _fail(self, message: str) -> None:
        output = self._output_file.read_text("utf-8", errors="replace")[-LIMIT_OUTPUT:].strip()
        self.fault = f"{message}\n{output}".rstrip()
        self.close()


def _build_args(config: pytest.Config, items: Sequence[pytest.Item], folder: Path) -> list[str]:
    """Return the command line of its pytest: this one's, for these tests, with files of its own."""
    worker = getattr(config, "workerinput", None)  # of pytest-xdist
    given = worker["mainargv"][1:] if worker else config.invocation_params.args
    paths = {os.fspath(path) for path in config.option.file_or_dir}
    args = [os.fspath(arg) for arg in given]
    args = [arg for arg in args if arg not in paths and arg not in NOT_THERE]
    has = config.pluginmanager.hasplugin
    args += [f"--rootdir={config.rootpath}", "--capture=fd", "--maxfail=0"]
    args += [f"--basetemp={folder / 'tmp'}"]
    args += ["-o", f"cache_dir={folder / 'cache'}"] if has("cacheprovider") else []
    args += [f"--junitxml={folder / 'junit.xml'}"] if has("junitxml") else []
    # What it has imported before pytest, whose asserts are as they are.
    args += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    args += ["-c", str(config.inipath)] if config.inipath else []
    args += ["-n", "0", "--dist", "no"] if hasattr(config.option, "numprocesses") else []
    args += ["--no-cov"] if hasattr(config.option, "no_cov") else []
    return [*args, *(f"{one.path}::{one.nodeid.partition('::')[2]}" for one in items)]
