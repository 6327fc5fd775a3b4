"""Keep a project in a git repository of its own."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from tests.support.projects import write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["commit", "git"]

# What git asks for, whoever runs the tests, and nothing of what they have set up.
SETTINGS = ("-c", "commit.gpgsign=false", "-c", "user.name=a", "-c", "user.email=a@example.org")
OWN = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def git(folder: Path, *arguments: str) -> str:
    """Run git in ``folder``, and return its output."""
    done = subprocess.run(
        ["git", *SETTINGS, *arguments],  # noqa: S607 - whichever there is
        cwd=folder,
        env={**os.environ, **OWN},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


def commit(folder: Path, files: Mapping[str, str]) -> str:
    """Write files and commit all that is there; return the commit's name."""
    write_files(folder, files)
    if not (folder / ".git").exists():
        git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "a step")
    return git(folder, "rev-parse", "HEAD")
