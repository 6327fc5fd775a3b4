"""Try mutants: put one in, run the tests that reach it, and see whether one fails.

A change inside a function replaces the code of that function, and a change of a table replaces the
table, in a fork of a process that has everything imported and all tests collected. Any other change
is tried in a fork of a process that has nothing of the package imported yet, which takes longer.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import inspect
import json
import re
import resource
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property, partial
from itertools import accumulate
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

import coverage
import pytest

from tests.mutants.forking import Task, run_forked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    from tests.mutants.mutation import Mutant

__all__ = ["Reach", "measure_reach", "try_collected", "try_imports"]

# Beyond these a test starts processes or tries thousands of inputs, and is left out.
SLOW_SECONDS = 1.5
CHILD_SECONDS = 0.02
MOST_SECONDS = 5.0  # for one mutant
OPTIONS = (
    *("-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=no", "-W", "ignore"),
    "--assert=plain",  # else pytest loads the package itself, without the mutant: it has a plugin
)
SURVIVED, KILLED, NOT_PLACED = 0, 1, 2
OURS = ("assembler", "tests")
DATA = (bool, int, float, str, bytes, tuple, list, set, frozenset, dict, re.Pattern)


def find_mirrors(mutant: Mutant) -> tuple[str, str]:
    """Return how the ids of tests of a mutant's own module start, and of its folder."""
    *folders, name = mutant.module.split(".")[1:]
    folder = "/".join(["tests", *folders, ""])
    return f"{folder}test_{name}.py:", folder


@dataclass
class Reach:
    """What the tests reach, as one run of all of them showed."""

    seconds: dict[str, float] = field(default_factory=dict)  # of processor time, by the test's id
    lines: dict[str, dict[str, list[str]]] = field(default_factory=dict)  # file: line: tests
    loaded: list[str] = field(default_factory=list)  # all modules that they import

    def find_tests(self, mutant: Mutant) -> list[str]:
        """Return the ids of tests that reach a mutant, those of its own module and folder first.

        Where very many do, the slowest are left out: a mutant that all others miss counts as
        survived, so that the share of the killed is told too low, if anything.
        """
        lines = self.lines.get(mutant.code.co_filename, {})
        file, folder = find_mirrors(mutant)
        reached = list(lines.get(str(mutant.line), [])) if mutant.function else []
        if not reached:  # a table is reached by whichever test comes first; others read it
            own = {test for test in self.seconds if test.startswith(folder)}
            reached = list(own.union(*lines.values()))
        reached.sort(
            key=lambda test: (
                *(not test.startswith(file), not test.startswith(folder)),
                *(self.seconds[test], test),
            )
        )
        passed = accumulate(self.seconds[test] for test in reached)
        return [
            test for test, seconds in zip(reached, passed, strict=True) if seconds < MOST_SECONDS
        ]

    def find_limit(self, tests: Sequence[str]) -> int:
        """Return how many seconds of processor time ``tests`` may take."""
        return int(5 * sum(self.seconds[test] for test in tests)) + 15


def measure_reach(files: Sequence[Path], tests: Sequence[str], written: Path) -> Reach:
    """Run all ``tests``, and find out which of them reach which lines of ``files``."""
    task = Task(0, partial(_run_pytest, tests, _Measuring(files, written)), 3600)
    ((_, status),) = run_forked([task], jobs=1)
    assert written.exists(), f"the tests could not be run: exit status {status}"
    return Reach(**json.loads(written.read_text("utf-8")))


def try_collected(
    mutants: Sequence[Mutant],
    reach: Reach,
    tests: Sequence[str],
    jobs: int,
    report: Callable[[Mutant, bool], None],
) -> None:
    """Try the mutants that can be put into modules that are loaded already.

    ``report`` is called in another process. Of any other mutant nothing is reported: of a class,
    or of a function that something wraps beyond recognition.
    """
    trying = _Trying(mutants, reach, jobs, report)
    list(run_forked([Task(0, partial(_run_pytest, tests, trying), 36_000)], jobs=1))


def try_imports(
    mutants: Sequence[Mutant],
    reach: Reach,
    jobs: int,
    report: Callable[[Mutant, bool], None],
) -> None:
    """Try any mutants, in forks of this process, which must not have imported the package."""
    for name in reach.loaded:
        with suppress(Exception):  # what only some order of imports can load
            importlib.import_module(name)
    tasks = []
    for number, mutant in enumerate(mutants):
        ids = reach.find_tests(mutant)
        tasks.append(Task(number, partial(_run_anew, mutant, ids), reach.find_limit(ids) + 30))
    for number, status in run_forked(tasks, jobs):
        report(mutants[number], status != SURVIVED)


def _run_pytest(tests: Sequence[str], *plugins: object) -> int:
    return int(pytest.main([*OPTIONS, *tests], plugins=list(plugins)))


def _run_anew(mutant: Mutant, ids: Sequence[str]) -> int:
    """Run tests with the mutant in place of the module that is yet to be imported."""
    sys.meta_path.insert(0, _Finder(mutant))
    # First those of the module's own file: collecting all takes longer than most need to fail.
    left = list(ids)
    for start in (*find_mirrors(mutant), ""):
        some = [test for test in left if test.startswith(start)]
        left = [test for test in left if not test.startswith(start)]
        if some and _run_pytest(some):
            return KILLED
    return SURVIVED


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Load one module from the code of its mutant."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if name != self.mutant.module:
            return None
        file = self.mutant.code.co_filename
        return importlib.util.spec_from_file_location(
            name,
            file,
            loader=self,
            submodule_search_locations=(
                [str(Path(file).parent)] if file.endswith("__init__.py") else None
            ),
        )

    def exec_module(self, module: ModuleType) -> None:
        exec(self.mutant.code, vars(module))  # noqa: S102 - the package's own, but for a change


class _Running:
    """A plugin that runs collected tests one by one."""

    failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed = self.failed or report.failed

    def run(self, item: pytest.Item, following: pytest.Item | None) -> bool:
        """Run a test, and return whether it passed."""
        self.failed = False
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return not self.failed


class _Measuring(_Running):
    """Run every test under coverage, and write down what it reached."""

    def __init__(self, files: Sequence[Path], written: Path) -> None:
        self.files = [str(file) for file in files]
        self.written = written
        self.reach = Reach()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        measured = coverage.Coverage(data_file=None, config_file=False, include=self.files)
        measured.start()
        items = session.items
        for item, following in zip(items, [*items[1:], None], strict=True):
            measured.switch_context(item.nodeid)
            before = _read_clocks()
            passed = self.run(item, following)
            own, children = (now - then for now, then in zip(_read_clocks(), before, strict=True))
            if passed and own < SLOW_SECONDS and children < CHILD_SECONDS:
                self.reach.seconds[item.nodeid] = own
        measured.stop()
        self._write(measured.get_data())
        return True

    def _write(self, data: coverage.CoverageData) -> None:
        known = self.reach.seconds
        for file in self.files:
            self.reach.lines[file] = {
                str(line): [test for test in tests if test in known]
                for line, tests in data.contexts_by_lineno(file).items()
            }
        ours = (*OURS, "conftest", "__main__", "__mp_main__")
        self.reach.loaded = [
            name for name in sorted(sys.modules) if name.partition(".")[0] not in ours
        ]
        self.written.write_text(json.dumps(asdict(self.reach)), "utf-8")


def _read_clocks() -> tuple[float, float]:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time(), children.ru_utime + children.ru_stime


class _Trying(_Running):
    """Try each mutant in a fork that has all tests collected."""

    def __init__(
        self,
        mutants: Sequence[Mutant],
        reach: Reach,
        jobs: int,
        report: Callable[[Mutant, bool], None],
    ) -> None:
        self.mutants = mutants
        self.reach = reach
        self.jobs = jobs
        self.report = report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        for mutant in self.mutants:
            importlib.import_module(mutant.module)
        for number, status in run_forked(self._iter_tasks(items), self.jobs):
            if status != NOT_PLACED:
                self.report(self.mutants[number], status != SURVIVED)
        return True

    def _iter_tasks(self, items: dict[str, pytest.Item]) -> Iterator[Task]:
        for number, mutant in enumerate(self.mutants):
            ids = self.reach.find_tests(mutant)
            chosen = [items[test] for test in ids if test in items]
            yield Task(number, partial(self._try, mutant, chosen), self.reach.find_limit(ids))

    def _try(self, mutant: Mutant, items: Sequence[pytest.Item]) -> int:
        if not (_place_code(mutant) if mutant.function else _place_values(mutant)):
            return NOT_PLACED
        # With the next test given, a fixture of its module is kept.
        for item, following in zip(items, [*items[1:], None], strict=True):
            if not self.run(item, following):
                return KILLED
        return SURVIVED


def _place_code(mutant: Mutant) -> bool:
    """Give the function that holds the change its new code; return whether it was found."""
    function = _find_function(mutant)
    new = None if function is None else _find_code(mutant.code, function.__code__)
    if function is None or new is None:
        return False
    function.__code__ = new
    return True


def _place_values(mutant: Mutant) -> bool:
    """Replace the tables and defaults that differ, wherever they were imported by their name."""
    module = sys.modules[mutant.module]
    names = {name: value for name, value in vars(module).items() if name.startswith("__")}
    exec(mutant.code, names)  # noqa: S102 - the package's own, but for a change
    is_placed = False
    for name, new in names.items():
        old = vars(module).get(name)
        if isinstance(new, FunctionType) and isinstance(old, FunctionType):
            before, now = ((one.__defaults__, one.__kwdefaults__) for one in (old, new))
            if new.__module__ == mutant.module and before != now:
                old.__defaults__, old.__kwdefaults__ = now
                is_placed = True
        elif type(new) in DATA and type(old) in DATA and _render(new) != _render(old):
            for other in list(sys.modules.values()):
                if vars(other).get(name) is old and other.__name__.startswith(OURS):
                    setattr(other, name, new)
            is_placed = True
    return is_placed


def _render(value: object) -> object:
    """Return what two values are compared by: functions by their names."""
    if isinstance(value, dict):
        return [(_render(key), _render(inner)) for key, inner in value.items()]
    if isinstance(value, (tuple, list)):
        return [_render(inner) for inner in value]
    if isinstance(value, (set, frozenset)):
        return {repr(_render(inner)) for inner in value}
    return getattr(value, "__qualname__", None) or value


def _find_function(mutant: Mutant) -> FunctionType | None:
    """Return the function that holds a mutant, below whatever wraps it."""
    found: Any = sys.modules[mutant.module]
    assert mutant.function is not None
    for name in mutant.function.split("."):
        found = inspect.getattr_static(found, name)
    if isinstance(found, property):
        found = found.fget
    elif isinstance(found, cached_property):
        found = found.func
    elif isinstance(found, (staticmethod, classmethod)):
        found = found.__func__
    found = inspect.unwrap(found)
    return found if isinstance(found, FunctionType) else None


def _find_code(code: CodeType, like: CodeType) -> CodeType | None:
    """Return the code of a function in that of its module."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if (constant.co_qualname, constant.co_firstlineno) == (
                like.co_qualname,
                like.co_firstlineno,
            ):
                return constant
            inner = _find_code(constant, like)
            if inner is not None:
                return inner
    return None
