"""Tell once what there is to open: the app, and its console."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from assembler.rendering.console import is_colored
from assembler.rendering.report import render_rows, write_report
from assembler.serving.console import find_console
from assembler.serving.start_token import get_start_token

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assembler.runners.generation import Generation
    from assembler.runners.loading import Serving

__all__ = ["Openings", "find_console_addresses", "tell_console"]


class Openings:
    """What there is to open at gunicorn's master, as far as it is not told yet."""

    def __init__(self) -> None:
        """Have nothing to tell: nothing serves."""
        self.is_due = False  # it serves
        self._consoles: set[str] = set()  # that were told

    def tell(self, generation: Generation) -> None:
        """Tell it if it is due: on a terminal the app too, elsewhere the server's log has that."""
        if not self.is_due:
            return
        self.is_due = False
        if sys.stderr.isatty():
            addresses = [*map(str, generation.listeners)]
            labels = ["app"] * len(addresses)
            if generation.application.serving.management is not None:
                labels[-1] = "management"
            rows = zip(labels, map(_render_link, addresses), strict=True)
            write_report(render_rows(rows, color=is_colored(sys.stderr)))
        self.tell_console(generation)

    def tell_console(self, generation: Generation) -> None:
        """Tell where the console is, unless that was told before."""
        addresses = [*map(str, generation.listeners)]
        serving = generation.application.serving
        found = find_console_addresses(serving, addresses, generation.report)
        tell_console([one for one in found if one not in self._consoles])
        self._consoles.update(found)


def tell_console(addresses: Iterable[str]) -> None:
    """Write where the console is, a line for each address; here alone the token is not masked."""
    for address in addresses:
        if sys.stderr.isatty():
            write_report(render_rows([("console", address)], color=is_colored(sys.stderr)))
        else:
            write_report(f"console: {address}")


def find_console_addresses(
    serving: Serving, addresses: Sequence[str], report: Mapping[str, Any]
) -> list[str]:
    """Return the console's addresses, with the token if only the server's start has made one.

    Args:
        serving: What is served.
        addresses: Where it listens, the management's address last.
        report: Of the app, as it is logged.

    Returns:
        One for each place where it is answered; none if the app has no console.
    """
    console = find_console(serving.loaded.plan)
    if console is None or _is_skipped(report, console.name):
        return []
    found = []
    for address in addresses if serving.management is None else addresses[-1:]:
        # Debug lets in who connects from this machine; through a Unix socket that is nobody.
        is_open = console.is_guarded or (report.get("debug") and "://" in address)
        query = "" if is_open else f"?token={get_start_token()}"
        found.append(f"{address}{console.prefix}/{query}")
    return found


def _render_link(address: str) -> str:
    return f"{address}/" if "://" in address else address


def _is_skipped(report: Mapping[str, Any], name: str) -> bool:
    return any(
        step["kind"] == "extension" and step["name"] == name and step["outcome"] == "skipped"
        for step in report.get("steps", ())
    )
