"""Linting many profiles is shared out among processes, and finds what one process finds."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assembler.linting.sharing import LEAST_ITEMS, count_processes, share_out
from tests.support.processes import run_cli
from tests.support.scripts import run_script, write_files

if TYPE_CHECKING:
    from collections.abc import Sequence

ITEMS = [str(number) for number in range(3 * LEAST_ITEMS)]
PRELUDE = """
import json, os, signal, sys, time

from assembler.linting.sharing import LEAST_ITEMS, share_out

ME = os.getpid()
ITEMS = [str(number) for number in range(3 * LEAST_ITEMS)]


def is_me():
    return os.getpid() == ME


def has_children():
    try:
        return os.waitpid(-1, os.WNOHANG) is not None
    except ChildProcessError:
        return False


def work(items):
    return [items[0], items[-1], len(items), is_me()]

"""
SHARES = [["0", "63", 64], ["64", "127", 64], ["128", "191", 64]]


def _run(source: str, folder: Path) -> Any:  # noqa: ANN401 - any JSON
    return run_script(PRELUDE + source, folder=folder)


def test_each_process_has_a_share_in_order(tmp_path: Path) -> None:
    """The results stand in the order of the items, whoever was first."""
    results = _run("print(json.dumps([share_out(work, ITEMS, 3), has_children()]))", tmp_path)

    wanted = [[*share, position == 0] for position, share in enumerate(SHARES)]
    assert results == [wanted, False]


@pytest.mark.parametrize(
    "fault",
    [
        "if not is_me(): os.kill(os.getpid(), signal.SIGKILL)",
        "if not is_me(): raise ValueError('only there')",
        "if not is_me(): return lambda: 'cannot be pickled'",
    ],
)
def test_what_a_process_did_not_give_is_done_here(fault: str, tmp_path: Path) -> None:
    """A process that is killed or fails costs time, and nothing of the result."""
    source = f"""
def faulty(items):
    {fault}
    return work(items)

print(json.dumps([share_out(faulty, ITEMS, 3), has_children()]))
"""
    assert _run(source, tmp_path) == [[[*share, True] for share in SHARES], False]


def test_an_exception_is_raised_here(tmp_path: Path) -> None:
    """What fails everywhere fails as it would without other processes."""
    source = """
def faulty(items):
    if "130" in items:
        raise ValueError("130 is wrong")
    return work(items)

try:
    share_out(faulty, ITEMS, 3)
except ValueError as error:
    print(json.dumps([str(error), has_children()]))
"""
    assert _run(source, tmp_path) == ["130 is wrong", False]


def test_an_interrupt_leaves_no_process_behind(tmp_path: Path) -> None:
    """Who is interrupted does not wait for the others."""
    source = """
def slow(items):
    if is_me():
        raise KeyboardInterrupt
    time.sleep(600)

try:
    share_out(slow, ITEMS, 3)
except KeyboardInterrupt:
    print(json.dumps(has_children()))
"""
    assert _run(source, tmp_path) is False


@pytest.mark.parametrize("size_bytes", [1, 1_000_000])
def test_a_process_ends_with_the_one_that_started_it(tmp_path: Path, size_bytes: int) -> None:
    """Whoever reads what a killed command prints must see it end: idle, or busy with sending."""
    script = tmp_path / "killed.py"
    source = f"""
def large(items):
    if is_me():
        time.sleep(0.2)  # of the larger, the others have more to send than a pipe holds
        os.kill(ME, signal.SIGKILL)
    return bytes({size_bytes})

share_out(large, ITEMS, 3)
"""
    script.write_text(PRELUDE + source, "utf-8")

    assert run_cli([str(script)], tmp_path).returncode == -signal.SIGKILL


def test_children_that_nobody_may_wait_for_do_their_share(tmp_path: Path) -> None:
    """As where the command was started with SIGCHLD ignored: nothing tells how they ended."""
    source = """
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print(json.dumps([share_out(work, ITEMS, 3), has_children()]))
"""
    wanted = [[*share, position == 0] for position, share in enumerate(SHARES)]
    assert _run(source, tmp_path) == [wanted, False]


@pytest.mark.parametrize("call", ["fork", "pipe"])
def test_without_processes_it_is_done_here(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit on processes or files is no reason to fail."""

    def refuse() -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, call, refuse)
    before = {file.name for file in Path("/proc/self/fd").iterdir()}

    assert share_out(list, ITEMS, 3) == [ITEMS[:64], ITEMS[64:128], ITEMS[128:]]
    if call == "pipe":  # of a fork that is refused, multiprocessing keeps its pipes
        assert {file.name for file in Path("/proc/self/fd").iterdir()} == before


def test_a_few_are_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is little to do no process is started, and no items are no share but one."""

    def never() -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(os, "fork", never)

    def give(items: Sequence[str]) -> Sequence[str]:
        return items

    assert share_out(give, ITEMS[: 2 * LEAST_ITEMS - 1], 3) == [ITEMS[: 2 * LEAST_ITEMS - 1]]
    assert share_out(give, [], 3) == [[]]
    assert 1 <= count_processes() <= 8


def test_it_finds_what_one_process_finds(tmp_path: Path) -> None:
    """Findings, their order, heirs, fixes, silences, and what roles compare."""
    files = {"pyproject.toml": "[tool.assembler]\n"}
    files |= {
        f"profiles/{folder}/base{number}.yaml": "version: 1\nabstract: true\nserver: {workers: x}\n"
        for folder in ("a", "b")
        for number in range(3)
    }
    for number in range(210):
        folder = "ab"[number % 2]
        lines = [
            "version: 1",
            f"extends: base{number % 2}.yaml" if number % 3 else "name: alone",
            "app: {with: {import_name: shop}}",
            f"role: {('web', 'worker', 'migrations')[number % 3]}",
            "debug: off  # assembler: ignore[boolean-word] as it was",
            "config: [{use: values, with: {A: 012}}]" if number % 7 == 0 else "config: []",
            "extensions:" if number % 5 else "extentions:",
            f"  - {{use: database, with: {{url: 'postgres://db{number % 3}/shop'}}}}",
            "  - use: health  # assembler: ignore[tab] not there",
        ]
        files[f"profiles/{folder}/p{number:03}.yaml"] = "\n".join(lines) + "\n"
    write_files(tmp_path, files)
    source = """
import json, os
from pathlib import Path

from assembler.diagnostics.diagnostic import Collector
from assembler.linting.engine import Linter
from assembler.linting.selection import build_selection
from assembler.linting.targets import find_targets
from assembler.policy import find_policy

targets = find_targets(["profiles"], Collector())
forks = []
os.register_at_fork(before=lambda: forks.append(1))

def lint(processes):
    linter = Linter(find_policy({}, Path.cwd()), build_selection([], []), processes=processes)
    return [linter.lint(targets) for _ in range(2)]

one, again = lint(1)
assert one == again
assert not forks
assert lint(3) == [one, one]
assert len(forks) == 2 * 2
assert lint(2) == [one, one]
names = sorted({found.name for found in one.diagnostics})
fixed = sum(found.fix is not None for found in one.diagnostics)
heirs = sum("inherited here" in str(found.related) for found in one.diagnostics)
print(json.dumps([names, fixed, heirs, one.profiles]))
"""
    names, fixed, heirs, profiles = run_script(source, folder=tmp_path)

    assert {"unused-ignore", "unknown-key", "databases-differ"} <= set(names)
    assert fixed > 100
    assert heirs > 0
    assert profiles == 216
