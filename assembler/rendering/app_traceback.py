"""Render the traceback of an error that the app's own code raised."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from assembler.diagnostics.failures import is_of_app, is_of_assembler

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["is_raised_by_assembler", "render_app_traceback"]

# What leads from our command to the app's.
ON_THE_WAY = ("click", "flask.cli", "contextlib")


def is_raised_by_assembler(error: BaseException) -> bool:
    """Return whether the innermost frame is ours, so that it is a defect of ours."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and is_of_assembler(frames[-1].filename)


def render_app_traceback(error: BaseException, scrub: Callable[[str], str]) -> str:
    """Render it as Python does, but from the app's first frame, and with ``scrub`` applied.

    Chained errors are rendered too, local variables never.
    """
    told = traceback.TracebackException.from_exception(error)
    waiting: list[traceback.TracebackException | None] = [told]
    while waiting:
        one = waiting.pop()
        if one is not None:
            _cut_stack(one.stack)
            waiting += [one.__cause__, one.__context__, *(one.exceptions or ())]
    return "".join(map(scrub, told.format()))


def _cut_stack(stack: traceback.StackSummary) -> None:
    """Remove the frames above the app's first; if it has none, those that lead to the command."""
    own = (number for number, frame in enumerate(stack) if is_of_app(frame.filename))
    first = next(own, None)
    if first is None:
        others = (number for number, one in enumerate(stack) if not _is_on_the_way(one.filename))
        first = next(others, 0)
    del stack[:first]


def _is_on_the_way(filename: str) -> bool:
    module = filename.removesuffix(".py").replace("/", ".")
    return is_of_assembler(filename) or any(f".{name}" in f"{module}." for name in ON_THE_WAY)
