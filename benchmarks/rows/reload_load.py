"""Measure how many requests a second are answered while one reload follows another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assembler.runners.control_client import ask_socket
from benchmarks.client import measure_rate
from benchmarks.measuring import Row
from benchmarks.quotients import Line, Reach
from benchmarks.rows.requests import CLIENTS, PATH
from benchmarks.serving import open_servers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from benchmarks.serving import Site

__all__ = ["ROW"]

WORKERS = 1
SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class _Rates:
    site: Site
    control: Path

    def measure_here(self) -> Mapping[str, float]:
        """Reload from before the clients count until after."""
        with ThreadPoolExecutor() as pool:
            measuring = pool.submit(self._measure)
            while not measuring.done():
                verdict = ask_socket(self.control, do="reload")
                if verdict["refused"] is not None:
                    raise RuntimeError(verdict["refused"])
            return {"rate": measuring.result()}

    def measure_there(self) -> Mapping[str, float]:
        return {"rate": self._measure()}

    def _measure(self) -> float:
        return measure_rate(self.site.port, PATH, clients=CLIENTS, seconds=SECONDS)


@contextmanager
def open_sides() -> Iterator[_Rates]:
    """One server, which is measured with reloads and without."""
    with open_servers() as servers:
        runtime = servers.folder / "run"
        runtime.mkdir()
        servers.env["XDG_RUNTIME_DIR"] = str(runtime)
        with servers.run_profile("shop", workers=WORKERS) as site:
            site.process.wait_for_http(f"{site.url}{PATH}", status=200)
            (control,) = runtime.glob("assembler/*.sock")
            yield _Rates(site, control)


ROW = Row(
    name="reload_load",
    summary="requests a second of a JSON route while it is reloaded, 8 clients, 2 workers",
    open_sides=open_sides,
    lines=(
        Line(
            "requests a second during a reload",
            "the same server without",
            "rate",
            "/s",
            reach=Reach(0.7, at_least=True),
        ),
    ),
    pairs=5,
)
