"""Run Python as a user that may not read or write everything, as root may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.processes import run_cli

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

__all__ = ["run_as_stranger"]

NOBODY = 65534


def run_as_stranger(folder: Path, code: str, prepare: str = "") -> subprocess.CompletedProcess[str]:
    """Run Python in ``folder`` as a user that may not read everything, as root may.

    Python and its libraries may be out of that user's reach: ``prepare`` loads them first.
    """
    script = (
        "import contextlib, io, os, sys\n"
        "from assembler.__main__ import main\n"
        "out = io.StringIO()\n"
        "with contextlib.redirect_stderr(out), contextlib.redirect_stdout(out):\n"
        f"    {prepare or 'pass'}\n"
        f"if os.getuid() == 0: os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})\n"
        f"{code}\n"
    )
    folder.chmod(0o755)
    return run_cli(["-c", script], folder)
