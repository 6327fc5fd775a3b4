"""List the pages of the console, in the order of their links."""

from __future__ import annotations

from assembler.console.pages import (
    assembly,
    boot,
    boots,
    config,
    now,
    playground,
    profile,
    routes,
)

__all__ = ["BOOT", "PAGES"]

PAGES = {
    page.name: page
    for page in (
        *(now.PAGE, assembly.PAGE, profile.PAGE, config.PAGE, routes.PAGE, boots.PAGE),
        playground.PAGE,
    )
}
BOOT = boot.PAGE  # of one boot: it is below the page of boots
