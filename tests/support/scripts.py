"""Run a piece of Python in a process of its own, where it may patch what it likes."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

from tests.support.processes import run_cli

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["run_script", "write_files"]


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write each text, dedented, to its path below ``folder``."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text), encoding="utf-8")


def run_script(source: str, *arguments: str, folder: Path, is_forked: bool = False) -> Any:  # noqa: ANN401 - any JSON
    """Run ``source`` as a file in ``folder``, warnings as errors; give the JSON that it prints.

    Modules in ``folder`` can be imported. One that ``is_forked`` has what a command of ours has
    loaded before any patch. A script that fails fails the test, with its traceback.
    """
    file = folder / "main_script.py"
    file.write_text(textwrap.dedent(source), encoding="utf-8")
    start = ["-m", "tests.support.forked_script"] if is_forked else []
    done = run_cli(["-W", "error", *start, str(file), *arguments], folder)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return json.loads(done.stdout.splitlines()[-1])
