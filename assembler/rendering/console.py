"""Write to the terminal: results to standard output, all else to standard error."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from assembler.rendering.diagnostics import OutputFormat, render_diagnostics
from assembler.secrets.memory import build_environment_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from assembler.diagnostics.diagnostic import Diagnostic

__all__ = [
    "is_colored",
    "mask_environment",
    "render_for_error",
    "render_masked",
    "write_diagnostics",
    "write_error",
]


def is_colored(stream: TextIO) -> bool:
    """Return whether to use colors: only on a terminal, and never with ``NO_COLOR``."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def write_diagnostics(
    diagnostics: Iterable[Diagnostic], output_format: OutputFormat | None = None
) -> None:
    """Print diagnostics: JSON to standard output, other formats to standard error.

    Without a format it is ``full`` on a terminal and ``concise`` otherwise.
    """
    stream = sys.stdout if output_format == "json" else sys.stderr
    if stream is None:  # it was closed from the start
        return
    stream.write(_render(diagnostics, stream, output_format))
    stream.flush()


def render_for_error(diagnostics: Iterable[Diagnostic]) -> str:
    """Render diagnostics as `write_diagnostics` prints them."""
    return "" if sys.stderr is None else _render(diagnostics, sys.stderr)


def _render(
    diagnostics: Iterable[Diagnostic], stream: TextIO, output_format: OutputFormat | None = None
) -> str:
    chosen: OutputFormat = output_format or ("full" if stream.isatty() else "concise")
    masked = build_environment_secrets(os.environ).mask_diagnostics(diagnostics)
    return render_diagnostics(masked, output_format=chosen, color=is_colored(stream))


def render_masked(diagnostics: Iterable[Diagnostic]) -> str:
    """Render diagnostics in the format ``concise``, with the environment's secrets masked."""
    masked = build_environment_secrets(os.environ).mask_diagnostics(diagnostics)
    return render_diagnostics(masked)


def write_error(message: str) -> None:
    """Print a message to standard error, with the environment's secrets masked."""
    if sys.stderr is not None:
        sys.stderr.write(f"{mask_environment(message)}\n")
        sys.stderr.flush()


def mask_environment(text: str) -> str:
    """Return ``text`` with the environment's secrets masked, and what looks like one."""
    return build_environment_secrets(os.environ).scrub(text)
