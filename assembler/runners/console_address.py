"""Tell once where the console is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.rendering.report import write_report
from assembler.serving.console import find_console
from assembler.serving.start_token import get_start_token

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assembler.runners.loading import Serving

__all__ = ["find_console_line", "tell_console"]


def tell_console(serving: Serving, addresses: Sequence[str], report: Mapping[str, Any]) -> None:
    """Write where the console is, if the app has one; see `find_console_line`."""
    line = find_console_line(serving, addresses, report)
    if line is not None:
        write_report(line)  # here alone it is not masked


def find_console_line(
    serving: Serving, addresses: Sequence[str], report: Mapping[str, Any]
) -> str | None:
    """Return the console's address, with the token if only the server's start has made one.

    Args:
        serving: What is served.
        addresses: Where it listens, the management's address last.
        report: Of the app, as it is logged.

    Returns:
        ``None`` if the app has no console.
    """
    console = find_console(serving.loaded.plan)
    if console is None or _is_skipped(report, console.name):
        return None
    address = addresses[0 if serving.management is None else -1]
    is_open = console.is_guarded or report.get("debug")
    query = "" if is_open else f"?token={get_start_token()}"
    return f"console: {address}{console.prefix}/{query}"


def _is_skipped(report: Mapping[str, Any], name: str) -> bool:
    return any(
        step["kind"] == "extension" and step["name"] == name and step["outcome"] == "skipped"
        for step in report.get("steps", ())
    )
