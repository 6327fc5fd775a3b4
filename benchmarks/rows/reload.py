"""Measure a reload, from asking for it to the first answer of the new workers, against a start."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assembler.runners.control_client import ask_socket
from benchmarks.measuring import Row
from benchmarks.quotients import Line, Reach
from benchmarks.rows.start import measure_start
from benchmarks.serving import open_servers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from benchmarks.serving import Servers

__all__ = ["ROW"]

START = "the start of the same profile"


@dataclass(frozen=True, slots=True)
class _Reloads:
    servers: Servers
    runtime: Path

    def measure_here(self) -> Mapping[str, float]:
        return {
            "seconds": self._reload("shop"),
            "bare_seconds": self._reload("shop_no_canary"),
        }

    def measure_there(self) -> Mapping[str, float]:
        started = measure_start(self.servers.run_profile("shop"))["seconds"]
        return {"seconds": started, "bare_seconds": started}

    def _reload(self, profile: str) -> float:
        """Return how long a reload of a server takes until the new workers answer."""
        for left in self.runtime.glob("assembler/*.sock"):  # of a server that was killed
            left.unlink()
        with self.servers.run_profile(profile) as site:
            site.process.wait_for_http(f"{site.url}/api/products")
            (path,) = self.runtime.glob("assembler/*.sock")
            started = time.perf_counter()
            verdict = ask_socket(path, do="reload")
            site.process.wait_for_http(f"{site.url}/api/products")
            seconds = time.perf_counter() - started
            if verdict["refused"] is not None:
                raise RuntimeError(verdict["refused"])
        return seconds


@contextmanager
def open_sides() -> Iterator[_Reloads]:
    """Nothing is running between the measurements."""
    with open_servers() as servers:
        runtime = servers.folder / "run"
        runtime.mkdir()
        servers.env["XDG_RUNTIME_DIR"] = str(runtime)
        yield _Reloads(servers, runtime)


ROW = Row(
    name="reload",
    summary="a reload, from asking for it to the first answer of the new workers, one worker",
    open_sides=open_sides,
    lines=(
        Line("reload, to the first new answer", START, "seconds", "s", reach=Reach(2.2)),
        Line("the same without a canary", START, "bare_seconds", "s", reach=Reach(1.3)),
    ),
    pairs=7,
)
