"""Show an assembled app on web pages, and as JSON.

The catalogue step `console` imports it by its name when a page is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assembler.console.app import ConsoleApp
    from assembler.steps.catalog.console import ConsoleOptions
    from assembler.steps.forms import StepContext

__all__ = ["build_console"]


def build_console(context: StepContext, options: ConsoleOptions, since: float) -> ConsoleApp:
    """Return the WSGI app that answers below the step's prefix.

    Args:
        context: The step's.
        options: The step's, resolved.
        since: When the app was made, in seconds since the epoch.
    """
    from assembler.console.app import ConsoleApp  # noqa: PLC0415 - the layers name this module
    from assembler.console.door import Door  # noqa: PLC0415 - as above
    from assembler.console.site import Site  # noqa: PLC0415 - as above

    left_out = set(options.without)
    can_play = context.app.debug if options.playground is None else options.playground
    if not can_play:
        left_out.add("playground")
    site = Site(context, options.url_prefix, frozenset(left_out), options.page_size, since)
    return ConsoleApp(site, Door(context, options))
