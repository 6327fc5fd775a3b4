"""Run a piece of Python in a process of its own, where it may patch what it likes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ROOT", "run_script", "write_files"]

ROOT = Path(__file__).parents[2]
LIMIT_SECONDS = 60


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write each text, dedented, to its path below ``folder``."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text), encoding="utf-8")


def run_script(source: str, *arguments: str, folder: Path) -> Any:  # noqa: ANN401 - any JSON
    """Run ``source`` as a file in ``folder``, warnings as errors; give the JSON that it prints.

    A script that fails fails the test, with its traceback.
    """
    file = folder / "main_script.py"
    file.write_text(textwrap.dedent(source), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"}
    done = subprocess.run(
        [sys.executable, "-W", "error", str(file), *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return json.loads(done.stdout.splitlines()[-1])
