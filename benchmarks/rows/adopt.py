"""Measure `adopt` of a factory of 30 steps, and of a small one, against one call of it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measuring import Row
from benchmarks.quotients import How, Line, Reach
from tests.support.environment import ROOT, build_env

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["ROW"]

STEPS = 30
BOOT_SECONDS = 1.0
ROUNDS = 1_000_000  # of work that a boot does in Python, before it is fitted to the machine
WORK = """\
def step(number):
    return (number * 31 + 7) % 1009


def warm_up(app):
    app.config["WARM"] = sum(map(lambda one: step(one) + step(one + 1), range({})))
"""
PAGE = """\
from flask import Blueprint

bp = Blueprint("page{0}", __name__, url_prefix="/page{0}")


@bp.get("/")
def show():
    return "{0}"
"""


@dataclass(frozen=True, slots=True)
class _Adopting:
    """A project with a factory that is slow to boot, and one with a small one."""

    slow: Path
    small: Path

    def measure_here(self) -> Mapping[str, float]:
        return {name: self._adopt(folder) for name, folder in self._sides()}

    def measure_there(self) -> Mapping[str, float]:
        return {name: self._call(folder) for name, folder in self._sides()}

    def _sides(self) -> tuple[tuple[str, Path], ...]:
        return (("slow", self.slow), ("small", self.small))

    @staticmethod
    def _adopt(folder: Path) -> float:
        with tempfile.TemporaryDirectory(prefix="assembler-bench-") as output:
            options = ["shop:create_app", "--no-verify", "-o", f"{output}/profiles"]
            return _time([sys.executable, "-m", "assembler", "adopt", *options], folder)

    @staticmethod
    def _call(folder: Path) -> float:
        return _time([sys.executable, "-c", "from shop import create_app; create_app()"], folder)


def _time(command: list[str], folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run(  # noqa: S603 - of our own making
        command,
        cwd=folder,
        env=build_env({"PYTHONPATH": str(ROOT)}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - started


def _write(folder: Path, steps: int, work: str) -> Path:
    package = folder / "shop"
    package.mkdir(parents=True)
    (package / "work.py").write_text(work, encoding="utf-8")
    lines = ["from flask import Flask", "", "from shop.work import warm_up", "", ""]
    lines += ["def create_app():", '    app = Flask("shop")', "    warm_up(app)"]
    for number in range(steps - 1):
        (package / f"page{number}.py").write_text(PAGE.format(number), encoding="utf-8")
        lines += [
            f"    from shop.page{number} import bp as bp{number}",
            f"    app.register_blueprint(bp{number})",
        ]
    (package / "__init__.py").write_text("\n".join([*lines, "    return app", ""]), "utf-8")
    return folder


@contextmanager
def open_sides() -> Iterator[_Adopting]:
    """Write both projects; the work of the slow one is as much as this machine does in a second."""
    with tempfile.TemporaryDirectory(prefix="assembler-bench-") as name:
        small = _write(Path(name, "small"), 3, "def warm_up(app):\n    app.warm = True\n")
        slow = _write(Path(name, "slow"), STEPS, WORK.format(0))
        sides = _Adopting(slow, small)
        idle = min(sides.measure_there()["slow"] for _ in range(3))
        (slow / "shop" / "work.py").write_text(WORK.format(ROUNDS), encoding="utf-8")
        busy = min(sides.measure_there()["slow"] for _ in range(3)) - idle
        rounds = round(ROUNDS * (BOOT_SECONDS - idle) / busy)
        (slow / "shop" / "work.py").write_text(WORK.format(rounds), encoding="utf-8")
        yield sides


ROW = Row(
    name="adopt",
    summary="adopt without verify, as a command, against one call of the factory as a process",
    open_sides=open_sides,
    lines=(
        Line(
            "`adopt` of a factory of 30 steps that boots in 1 s",
            "one call of it, as a process",
            "slow",
            "s",
            reach=Reach(2),
        ),
        Line(
            "`adopt` of a small factory",
            "one call of it, as a process",
            "small",
            "s",
            How.HERE_LESS_THERE,
            reach=Reach(0.6),
        ),
    ),
    pairs=7,
)
