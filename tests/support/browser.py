"""Open pages in a real browser: Debian's Chromium, driven by Playwright's client."""

from __future__ import annotations

import asyncio
import shutil
import threading
from contextlib import contextmanager, suppress
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Response

__all__ = ["Browser", "find_barriers", "start_browser"]

# A name is looked up for nobody: what a page loads is on this machine.
# Without a process that only forks others, nothing of Chromium's outlives its main process.
ARGS = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--no-zygote"]
TIMEOUT_MS = 30_000
# Playwright's own limits are for what a page does: for a Chromium that has died it would wait on.
LIMIT_PAGE_SECONDS = 240
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations'], preload: false})"
# Chromium says so of every answer from 400 on; what it was an answer to, `Faults` looks at itself.
REFUSED = "Failed to load resource: the server responded with a status of"


@contextmanager
def start_browser() -> Iterator[Browser]:
    """Start a browser without a window, and end it.

    Skips the test where Chromium is not installed; ``make test`` installs it, or says so.
    """
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed")
    expect.set_options(timeout=TIMEOUT_MS)
    with sync_playwright() as playwright:
        browser = Browser(partial(playwright.chromium.launch, executable_path=program, args=ARGS))
        try:
            yield browser
        finally:
            browser.close()


class Browser:
    """A browser that runs, and is started again if it has died."""

    def __init__(self, launch: Callable[[], Chromium]) -> None:
        """Start it, and let nobody else find its event loop, which runs in this thread."""
        self._launch = launch
        self._start()
        self._loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)  # noqa: SLF001 - nothing else does it

    def _start(self) -> None:
        others = set(psutil.Process().children(recursive=True))
        self._chromium = self._launch()
        self._processes = set(psutil.Process().children(recursive=True)) - others

    def close(self) -> None:
        """End it."""
        self._chromium.close()

    def kill(self) -> None:
        """End its processes, so that whoever waits for one of its answers waits no more."""
        for one in self._processes:
            with suppress(psutil.NoSuchProcess):
                one.kill()

    @contextmanager
    def open_page(self, *addresses: str, **options: Any) -> Iterator[Page]:  # noqa: ANN401 - Playwright's
        """Open the first address as somebody who was never there, and close it.

        At the end, nothing may have gone wrong: no error on the browser's console, no request to
        another origin, nothing refused by the Content-Security-Policy, no dialog, no file of the
        page missing.

        Args:
            addresses: What to open; everything that is opened later has the origin of one of them.
            options: Those of Playwright's ``Browser.new_context``.
        """
        asyncio._set_running_loop(self._loop)  # noqa: SLF001 - as above
        limit = threading.Timer(LIMIT_PAGE_SECONDS, self.kill)
        limit.start()
        try:
            if not self._chromium.is_connected():
                self._start()
            context = self._chromium.new_context(**options)
            context.set_default_timeout(TIMEOUT_MS)
            faults = Faults(context, addresses)
            page = context.new_page()
            page.goto(addresses[0])
            yield page
            context.close()
            assert not faults.found, "\n".join(faults.found)
        finally:
            limit.cancel()
            asyncio._set_running_loop(None)  # noqa: SLF001 - as above


class Faults:
    """What goes wrong in a browser while somebody looks at pages."""

    def __init__(self, context: BrowserContext, addresses: Iterable[str]) -> None:
        """Begin to listen."""
        self.found: list[str] = []
        self._origins = tuple("{0.scheme}://{0.netloc}/".format(urlsplit(one)) for one in addresses)
        context.on("request", lambda request: self._note_address(request.url))
        context.on("response", self._note_response)
        context.on("console", self._note_message)
        context.on("weberror", lambda error: self.found.append(f"error: {error.error}"))
        context.on("dialog", self._note_dialog)

    def _note_address(self, address: str) -> None:
        if not address.startswith(self._origins):
            self.found.append(f"asked for {address}")

    def _note_response(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.found.append(f"answer {response.status} of {response.url}")

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(REFUSED):
            self.found.append(f"{message.type}: {message.text}")

    def _note_dialog(self, dialog: Dialog) -> None:
        self.found.append(f"dialog: {dialog.message}")
        dialog.dismiss()


def find_barriers(page: Page) -> list[str]:
    """Return what axe-core finds against WCAG 2.2 AA, each with the elements that it is about."""
    if not page.evaluate("'axe' in window"):
        page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    found = page.evaluate(AXE, WCAG)
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes']]}"
        for one in found["violations"]
    ]
