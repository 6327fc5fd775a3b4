"""Carry out the examples of the rules' pages, each in a small project of its own."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from assembler.diagnostics.diagnostic import Collector
from assembler.linting.engine import Linter
from assembler.linting.selection import build_selection
from assembler.linting.targets import find_targets
from assembler.policy import find_policy
from assembler.rendering.diagnostics import render_diagnostics
from tests.support.environment import build_env
from tests.support.processes import run_cli

__all__ = ["RuleProject", "Said", "make_project"]

NAME = re.compile(r"(?:error|warning|info)\[ASM\d{3}\] .* \[([\w-]+)\]$", re.MULTILINE)
# A command of assembler or Flask, with variables, and nothing that a shell would read otherwise.
WORD = r"[\w./:=,-]+"
VALUE = rf"(?:{WORD}|'[^']*')"
PLAIN = re.compile(rf"((?:\w+={VALUE} )*)(?:python -m )?(assembler|flask)((?: {WORD})*)")
LIMIT_SECONDS = 60
# A module that the remedy replaces within the second would still be taken from its bytecode.
ENV = {"PYTHONDONTWRITEBYTECODE": "1"}
POLICY = '[tool.assembler]\npackage = "shop"\n'


@dataclass(frozen=True, slots=True)
class Said:
    """What the commands of an example said: the names of the codes, and the whole text."""

    names: frozenset[str]
    is_clean: bool  # every command ended well, and of `lint` nothing at all was reported
    output: str


@dataclass(frozen=True, slots=True)
class RuleProject:
    """The folder in which an example is carried out."""

    folder: Path

    def write(self, files: dict[str, str]) -> None:
        """Write the files of an example, over those that are there."""
        for path, text in files.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")

    def run(self, commands: tuple[str, ...]) -> Said:
        """Run ``commands`` in a shell one after the other; without any, lint in this process."""
        return self._run_in_shell(commands) if commands else _lint()

    def _run_in_shell(self, commands: tuple[str, ...]) -> Said:
        outputs, is_clean = [], True
        for line in commands:
            done = self._run_line(line)
            outputs.append(f"$ {line}\n{done.stdout}{done.stderr}")
            is_clean = is_clean and done.returncode == 0
        output = "".join(outputs)
        return Said(frozenset(NAME.findall(output)), is_clean, output)

    def _run_line(self, line: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(self.folder / ".bin"), os.environ["PATH"]])
        plain = PLAIN.fullmatch(line)
        if plain:  # a shell would only start it
            given = dict(variable.split("=", 1) for variable in shlex.split(plain[1]))
            args = ["-m", plain[2], *plain[3].split()]
            return run_cli(args, self.folder, {**ENV, "PATH": path, **given})
        return subprocess.run(
            ["/bin/bash", "-c", line],
            cwd=self.folder,
            env=build_env({**ENV, "PATH": path}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT_SECONDS,
        )


def make_project(folder: Path) -> RuleProject:
    """Make a project with an empty package ``shop``, and `assembler` and `python` on its path."""
    (folder / "pyproject.toml").write_text(POLICY, "utf-8")
    (folder / "shop").mkdir()
    (folder / "shop" / "__init__.py").touch()
    (folder / ".bin").mkdir()
    for name, arguments in (("assembler", "-m assembler"), ("python", "")):
        script = folder / ".bin" / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n', "utf-8")
        script.chmod(0o755)
    return RuleProject(folder)


def _lint() -> Said:
    found = Collector()
    targets = find_targets(["profiles"], found)
    linter = Linter(find_policy({}, Path.cwd()), build_selection([], []))
    diagnostics = [*found.found, *linter.lint(targets).diagnostics]
    names = frozenset(one.name for one in diagnostics)
    return Said(names, not diagnostics, render_diagnostics(diagnostics))
