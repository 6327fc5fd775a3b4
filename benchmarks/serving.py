"""Start the servers that are measured, each in a process group of its own, and end them."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.processes import ROOT, free_port, start_process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.support.processes import RunningProcess

__all__ = ["PatchedOrNot", "Servers", "Site", "open_servers"]

PROFILES = ROOT / "benchmarks" / "profiles"
CONF_FILE = "benchmarks/shop/gunicorn_conf.py"


@dataclass(frozen=True, slots=True)
class Site:
    """A server that was started."""

    process: RunningProcess
    port: int

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True)
class Servers:
    """Starts servers; all keep their bytecode in one folder, as installed packages have theirs."""

    folder: Path
    env: dict[str, str]

    @contextmanager
    def run_profile(self, profile: str, *, workers: int = 1) -> Iterator[Site]:
        """Start ``assembler run`` on one of our profiles; it need not answer yet."""
        port = free_port()
        args = ["-m", "assembler", "run", f"benchmarks/profiles/{profile}.yaml"]
        with self._run(
            [*args, "--bind", f"127.0.0.1:{port}", "--workers", str(workers)], port
        ) as site:
            yield site

    @contextmanager
    def run_gunicorn(self, app: str, *, workers: int = 1) -> Iterator[Site]:
        """Start gunicorn, set up by hand, with gevent workers; it need not answer yet."""
        port = free_port()
        args = [
            "-m",
            "gunicorn",
            "-c",
            CONF_FILE,
            "-b",
            f"127.0.0.1:{port}",
            "-w",
            str(workers),
            app,
        ]
        # As prometheus_client asks for where there may be several workers.
        metrics = self.folder / f"metrics{port}"
        metrics.mkdir()
        env = {**self.env, "PROMETHEUS_MULTIPROC_DIR": str(metrics)}
        with self._run(args, port, env) as site:
            yield site

    @contextmanager
    def _run(
        self, args: list[str], port: int, env: Mapping[str, str] | None = None
    ) -> Iterator[Site]:
        process = start_process(args, ROOT, self.folder, env or self.env)
        try:
            yield Site(process, port)
        finally:
            # At once: a graceful end takes seconds, and nothing here is worth saving.
            process.kill_group()


@dataclass(frozen=True, slots=True)
class PatchedOrNot:
    """A profile with its patches, and the same app in a process that lacks one of them."""

    servers: Servers
    profile: str
    measure: Callable[[Site], Mapping[str, float]]

    def measure_here(self) -> Mapping[str, float]:
        """Measure with the patch."""
        with self.servers.run_profile(self.profile) as site:
            return self.measure(site)

    def measure_there(self) -> Mapping[str, float]:
        """Measure without."""
        with self.servers.run_gunicorn("benchmarks.shop.assumed:app") as site:
            return self.measure(site)


@contextmanager
def open_servers(env: Mapping[str, str] | None = None) -> Iterator[Servers]:
    """Return what starts servers with ``env`` in their environment, and remove their output."""
    with tempfile.TemporaryDirectory(prefix="assembler-bench-") as name:
        folder = Path(name)
        # Bytecode is kept, whatever this shell says: where it is not, every start compiles the
        # checkout anew, and that is what would be measured.
        kept = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
        yield Servers(folder, {**kept, **(env or {})})
