"""Lint again whenever a file of the project changes."""

from __future__ import annotations

import gc
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from assembler.commands.lint_run import LintRequest, run_lint
from assembler.linting.targets import PASSED_OVER
from assembler.policy import find_policy
from assembler.rendering.console import write_error

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["watch_lint"]

POLL_SECONDS = 0.5
# What a profile is made of, or what its references are looked up in.
SUFFIXES = (".yaml", ".yml", ".toml", ".py", ".env", ".flaskenv", ".json", ".cfg")
CLEAR = "\x1b[2J\x1b[H"


def watch_lint(request: LintRequest) -> NoReturn:
    """Lint, wait for a change, and so on, until it is interrupted."""
    while True:
        seen = _scan(request)
        run_lint(request)
        gc.unfreeze()  # which linting once does before it ends
        sys.stdout.flush()
        write_error("watching for changes, end with Ctrl-C")
        while (now := _scan(request)) == seen:
            time.sleep(POLL_SECONDS)
        changed = sorted(dict(seen ^ now))
        if sys.stdout.isatty():
            click.echo(CLEAR, nl=False)
        write_error(f"{os.path.relpath(changed[0])} changed")


def _scan(request: LintRequest) -> set[tuple[str, int]]:
    """Return the files of the project and of the named folders, with the time of their change.

    What linting writes is none of them: it would be a change each time.
    """
    written = {os.path.realpath(one.file) for one in request.output_formats if one.file}
    try:
        root = find_policy(os.environ, Path.cwd(), request.policy_file).root
    except Exception:  # noqa: BLE001 - linting tells what is wrong with it
        root = None
    folders = {os.path.abspath(path) for path in (root or ".", *request.paths)}  # noqa: PTH100 - text
    found = set()
    for folder in folders:
        for path in [folder] if os.path.isfile(folder) else _iter_files(folder):  # noqa: PTH113
            if os.path.realpath(path) in written:
                continue
            try:
                found.add((path, os.stat(path).st_mtime_ns))  # noqa: PTH116 - text, many times
            except OSError:
                continue
    return found


def _iter_files(root: str) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        if "pyvenv.cfg" in files:
            folders.clear()
            continue
        folders[:] = [one for one in folders if not one.startswith(".") and one not in PASSED_OVER]
        yield from (os.path.join(folder, name) for name in files if name.endswith(SUFFIXES))  # noqa: PTH118 - text
