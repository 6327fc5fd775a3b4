"""Serve apps with a console to a real browser, and look at what it shows."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from werkzeug.serving import WSGIRequestHandler, make_server

from assembler.console.pages import PAGES
from tests.console.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from wsgiref.types import WSGIApplication

    from playwright.sync_api import Page

__all__ = [
    "PATHS",
    "SCHEMES",
    "find_unreachable",
    "find_wide",
    "look_at",
    "open_by_keyboard",
    "serve_console",
]

# Every page, one boot, no row that fits, and what is not there.
PATHS = [*PAGES, "boot?id=boot-0002", "boot?id=boot-0001", "boots?host=nobody", "nowhere"]
SCHEMES: list[Literal["light", "dark"]] = ["light", "dark"]
WIDTHS, HEIGHT = (320, 360, 1440), 900
# In the order in which somebody reads them.
STOPS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
WATCH = """() => {
  window.reached = new Map();
  document.addEventListener("focusin", event => {
    const at = event.target, row = at.closest(".waterfall") && at.querySelector(".back");
    const style = getComputedStyle(at), box = at.getBoundingClientRect();
    const drawn = row ? getComputedStyle(row).stroke !== "none"
      : style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    reached.set(at, drawn && box.right > 0 && box.bottom > 0);
  });
}"""
UNREACHED = """stops => [...document.querySelectorAll(stops)]
  .filter(one => one.checkVisibility() && !reached.get(one))
  .map(one => `${reached.has(one) ? "unseen" : "not reached"}: ${one.outerHTML.slice(0, 200)}`)
"""


class Handler(WSGIRequestHandler):
    """Answers, and says nothing of it."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - Werkzeug's name
        """Keep still."""


@contextmanager
def serve_console(app: WSGIApplication) -> Iterator[str]:
    """Serve an app from a thread of this process, and return the address of its console."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}{ROOT}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def look_at(page: Page, scheme: Literal["light", "dark"], width: int) -> None:
    """Show the page in a theme and a width."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": HEIGHT})


def find_wide(page: Page) -> list[int]:
    """Return the widths in which the page scrolls sideways, in any theme; it keeps the last."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        root = "document.documentElement"
        if page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"):
            found.append(width)
    return found


def find_unreachable(page: Page) -> list[str]:
    """Return what Tab alone does not reach, or reaches without showing it."""
    page.evaluate(WATCH)
    for _ in range(page.locator(STOPS).count()):
        page.keyboard.press("Tab")
    found: list[str] = page.evaluate(UNREACHED, STOPS)
    return found


def open_by_keyboard(page: Page, selector: str) -> None:
    """Press Tab until the focus is on what ``selector`` says, then Enter."""
    for _ in range(page.locator(STOPS).count() + 1):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            page.keyboard.press("Enter")
            return
    message = f"Tab does not reach {selector}"
    raise AssertionError(message)
