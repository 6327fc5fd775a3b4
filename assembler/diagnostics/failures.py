"""Describe exceptions of other code: the message and the last frame outside assembler."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path
from typing import NamedTuple

from assembler.diagnostics.diagnostic import Place, Related
from assembler.diagnostics.excerpt import shorten_path

__all__ = [
    "INSTALLED",
    "OURS",
    "Failure",
    "describe_failure",
    "is_leaving",
    "is_library_file",
    "is_of_app",
    "is_of_assembler",
]

OURS = f"{Path(__file__).parent.parent}{os.sep}"  # what a file of ours starts with
STDLIB = sysconfig.get_paths()["stdlib"]
IMPORTLIB = str(Path(STDLIB, "importlib", "__init__.py"))
INSTALLED = frozenset({"site-packages", "dist-packages"})  # below the library's own folder
# Their handlers of signals leave by SystemExit, from wherever the program is.
HAVE_HANDLERS = frozenset({"assembler", "gunicorn"})


class Failure(NamedTuple):
    """One line for the message, and the place, if a frame of other code is known.

    The line is as long as it was raised: it is cut where its secrets have been masked.
    """

    text: str
    related: tuple[Related, ...]


def describe_failure(error: BaseException) -> Failure:
    """Return ``Type: first line`` of ``error``, and the last frame outside assembler."""
    lines = _get_text(error).strip().splitlines()
    name = type(error).__name__
    text = f"{name}: {lines[0]}" if lines and lines[0] else name
    return Failure(text, _find_last_frame(error))


def _get_text(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return error.msg  # the place is told apart
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - its own code, which may fail as well
        return ""


def is_leaving(error: BaseException) -> bool:
    """Return whether the process was told to end, by Ctrl-C or a signal.

    Any other SystemExit is a failure of the code that raised it, and so is any other exception that
    is not an `Exception`: a timeout of gevent, a cancelled task.
    """
    if isinstance(error, KeyboardInterrupt):
        return True
    if not isinstance(error, SystemExit):
        return False
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    module = "" if trace is None else str(trace.tb_frame.f_globals.get("__name__", ""))
    return module.partition(".")[0] in HAVE_HANDLERS


def is_of_assembler(filename: str) -> bool:
    """Return whether a frame's file is ours."""
    return filename.startswith(OURS)


def is_of_app(filename: str) -> bool:
    """Return whether a frame's file is the app's: not ours, Python's, or an installed library's."""
    is_library = is_of_assembler(filename) or filename.startswith("<")
    return not is_library and not _is_of_python(filename) and not _is_installed(filename)


def _find_last_frame(error: BaseException) -> tuple[Related, ...]:
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        place = Place.in_line(shorten_path(error.filename), error.lineno, error.offset or 1)
        return (Related(place, "here"),)
    import traceback  # noqa: PLC0415 - only for what failed

    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith((OURS, "<frozen importlib"))
        and frame.filename != IMPORTLIB
    ]
    if not frames:
        return ()
    # Where Python's own library raises, who called it is what can be mended.
    own = (frame for frame in reversed(frames) if not _is_of_python(frame.filename))
    last = next(own, frames[-1])
    place = Place.in_line(shorten_path(last.filename), last.lineno or 1, (last.colno or 0) + 1)
    return (Related(place, f"raised here, in {last.name}"),)


def _is_of_python(filename: str) -> bool:
    if Path(filename).is_relative_to(STDLIB):
        return not _is_installed(filename)
    return filename.startswith("<")


def is_library_file(filename: str) -> bool:
    """Return whether a file is Python's own, or installed."""
    return filename.startswith(f"{STDLIB}{os.sep}") or _is_installed(filename)


def _is_installed(filename: str) -> bool:
    return not INSTALLED.isdisjoint(Path(filename).parts)
