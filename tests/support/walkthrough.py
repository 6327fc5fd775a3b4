"""Follow a page of the documentation: write the files that it shows, run its commands.

A block whose first line names a file, as in "```yaml profiles/web.yaml", is that file. In a block
of the kind `console` a line after ``$`` is a command, and those below it must be in its output, in
order; ``…`` in one stands for anything. A command that serves goes on until the page ends, or
has it again; ``curl`` asks it until the answer is the one that is shown. What installs packages is
left out: they are here.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.support.environment import build_env
from tests.support.processes import RunningProcess, free_port, http_get, run_cli, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import StartProcess

__all__ = ["Walkthrough", "find_blocks", "iter_commands"]

BLOCK = re.compile(
    r"^```(?P<kind>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
PORT = "5001"  # of every page
SERVES = re.compile(r"assembler (run|worker|beat) (?!.*--help)|gunicorn |celery .*worker")
INSTALLS = re.compile(r"(\.venv/bin/)?pip install |python3? -m (pip|venv) |\. \.venv/|git |docker ")
PYTHON = {
    **{name: ["-m", name] for name in ("assembler", "flask", "gunicorn", "celery")},
    # Its plugin by name: the environment may be older than its entry point, and has others.
    "pytest": ["-m", "pytest", "-p", "assembler.testing.plugin"],
    "python": [],
}


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code of a page."""

    kind: str
    file: str | None
    text: str


@dataclass(slots=True)
class Walkthrough:
    """A reader with a folder, who does what a page says."""

    folder: Path
    start: StartProcess
    env: dict[str, str] = field(default_factory=dict)
    port: str = field(default_factory=lambda: str(free_port()))
    running: list[RunningProcess] = field(default_factory=list)
    started: dict[int, list[str]] = field(default_factory=dict)  # what each of them was started as

    def follow(self, page: str) -> None:
        """Do all that a page says, from top to bottom."""
        for block in find_blocks(page):
            if block.file is not None:
                file = self.folder / block.file
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(block.text.replace(PORT, self.port), "utf-8")
            elif block.kind == "console":
                for command, expected in iter_commands(block.text):
                    self._run(command, expected)

    def _run(self, command: str, expected: list[str]) -> None:
        if INSTALLS.match(command):
            return
        words = shlex.split(command.replace(PORT, self.port), comments=True)
        while "=" in words[0]:  # a variable before the command
            name, _, value = words.pop(0).partition("=")
            self.env[name] = value
        if words[0] == "cd":
            self.folder = (self.folder / words[1]).resolve()
        elif words[0] == "export":
            self.env |= dict(word.split("=", 1) for word in words[1:])
        elif words[0] == "curl":
            self._ask(command, words, expected)
        elif SERVES.match(command):
            args = [*PYTHON[words[0]], *words[1:]]
            for former in [one for one in self.running if self.started[one.pid] == args[:3]]:
                former.terminate()
                self.running.remove(former)
            self.running.append(self.start(args, self.folder, self.env))
            self.started[self.running[-1].pid] = args[:3]
            self.running[-1].wait_for_line(r'assembled \'|"event": "assembled"')  # the report
            for line in expected:
                self.running[-1].wait_for_line(build_pattern(line))
        else:
            self._complete(command, words, expected)

    def _complete(self, command: str, words: list[str], expected: list[str]) -> None:
        env = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **self.env}
        if words[0] in PYTHON:
            done = run_cli([*PYTHON[words[0]], *words[1:]], self.folder, env)
        else:
            done = subprocess.run(
                words,
                cwd=self.folder,
                env=build_env(env),
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
        output = done.stdout + done.stderr
        fails = any("error[" in line for line in expected)  # which the page shows
        assert done.returncode == (1 if fails else 0), f"{command}\n{output}"
        check_output(command, output, expected)

    def _ask(self, command: str, words: list[str], expected: list[str]) -> None:
        """Ask the server: for reading, until the answer is as shown; for writing, once."""
        url = next(word for word in words if word.startswith("http"))
        data = next((words[at + 1] for at, word in enumerate(words) if word == "-d"), None)
        headers = [words[at + 1] for at, word in enumerate(words) if word == "-H"]

        def ask() -> str | None:
            try:
                return http_get(
                    url,
                    method="GET" if data is None else "POST",
                    data=None if data is None else data.encode(),
                    headers=dict(one.split(": ", 1) for one in headers),
                ).text
            except OSError:
                return None

        answers: list[str] = []

        def is_answered() -> bool:
            answer = ask()
            answers.extend([] if answer is None else [answer])
            return bool(answer is not None and (data or find_missing(answer, expected) is None))

        try:
            wait_until(is_answered, f"answer of {url}")
        except TimeoutError as error:
            logs = "\n".join(one.output for one in self.running)
            raise AssertionError(f"{command}: {answers[-1:]}\n{logs}") from error
        check_output(command, answers[-1], expected)


def find_blocks(page: str) -> list[Block]:
    """Return the blocks of code of a page."""
    return [Block(one["kind"], one["file"], one["text"]) for one in BLOCK.finditer(page)]


def iter_commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a console, with the lines that are shown below it."""
    command, shown = None, list[str]()
    for line in text.splitlines():
        if line.startswith("$ "):
            if command is not None:
                yield command, shown
            command, shown = line[2:], []
        elif line.strip():
            shown.append(line)
    if command is not None:
        yield command, shown


def build_pattern(line: str) -> str:
    """Return the regular expression of a line that a page shows."""
    return ".*".join(map(re.escape, line.strip().split("…")))


def check_output(command: str, output: str, expected: list[str]) -> None:
    """Check that the lines are there, in order."""
    missing = find_missing(output, expected)
    assert missing is None, f"{command} did not print {missing!r} where it should:\n{output}"


def find_missing(output: str, expected: list[str]) -> str | None:
    """Return the first line that is not there, or not below those before it."""
    at = 0
    for line in expected:
        found = re.compile(build_pattern(line)).search(output, at)
        if found is None:
            return line
        at = found.end()
    return None
