"""Write small projects: profiles and modules in a folder of their own."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from assembler import create_app
from assembler.diagnostics.diagnostic import ProfileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Flask

    from assembler.diagnostics.diagnostic import Diagnostic

__all__ = ["assemble_text", "get_diagnostics", "in_folder", "write_files"]

HEAD = "version: 1\napp: {with: {import_name: project}}\n"


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write ``files``, by their path in ``folder``."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


@contextlib.contextmanager
def in_folder(folder: Path) -> Iterator[None]:
    """Work in ``folder`` with its modules in reach; they are forgotten afterwards."""
    before = Path.cwd()
    known = set(sys.modules)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        os.chdir(before)
        sys.path.remove(str(folder))
        for name in set(sys.modules) - known:
            # A package without an `__init__` has no file.
            file = getattr(sys.modules[name], "__file__", None)
            places = [file] if file else [*getattr(sys.modules[name], "__path__", ())]
            if any(str(one).startswith(str(folder)) for one in places):
                del sys.modules[name]


def assemble_text(
    folder: Path,
    text: str,
    modules: Mapping[str, str] | None = None,
    *,
    config: object | None = None,
    env: Mapping[str, str] | None = None,
) -> Flask:
    """Assemble the profile ``text``, below a head that names the import, beside ``modules``."""
    write_files(folder, {"profile.yaml": HEAD + text, "project.py": "", **(modules or {})})
    with in_folder(folder):
        return create_app("profile.yaml", config=config, env=env or {})


def get_diagnostics(
    folder: Path,
    text: str,
    modules: Mapping[str, str] | None = None,
    *,
    config: object | None = None,
    env: Mapping[str, str] | None = None,
) -> list[Diagnostic]:
    """Return what is said of a profile that cannot be assembled; fails if it can."""
    try:
        assemble_text(folder, text, modules, config=config, env=env)
    except ProfileError as error:
        return list(error.diagnostics)
    message = "the profile was assembled, and should not have been"
    raise AssertionError(message)
