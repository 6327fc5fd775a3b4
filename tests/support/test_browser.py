"""Test that a page opened in the browser fails its test when something goes wrong in it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error

from tests.support.browser import find_barriers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.browser import Browser

PAGE = """\
<!doctype html><html><head><title>A page</title>
<meta http-equiv="Content-Security-Policy" content="style-src 'none'">
<style>p { color: red }</style></head>
<body><main><p style="color: #aaa">Faint</p><img src="https://elsewhere.example/x.png"></main>
<script>alert("a dialog"); console.error("a message"); nothing();</script></body></html>
"""


def test_what_goes_wrong_in_a_page_is_found(browser: Browser, tmp_path: Path) -> None:
    """One of each."""
    file = tmp_path / "page.html"
    file.write_text(PAGE)
    with pytest.raises(AssertionError) as caught, browser.open_page(file.as_uri()) as page:
        barriers = find_barriers(page)
    assert {one.partition(":")[0] for one in barriers} == {"html-has-lang", "image-alt"}
    for part in (
        "asked for https://elsewhere.example/x.png",
        "Content Security Policy directive",
        "error: a message",
        "nothing is not defined",
        "dialog: a dialog",
    ):
        assert part in str(caught.value)


def test_an_open_browser_leaves_the_thread_its_event_loops(browser: Browser) -> None:
    """Playwright's runs all the time, and a thread has one at a time."""
    with browser.open_page("data:text/html,<title>x</title>") as page:
        assert page.title() == "x"
    assert asyncio.run(asyncio.sleep(0, "slept")) == "slept"


def test_a_browser_that_has_died_is_started_again(browser: Browser) -> None:
    """Whoever had a page open is told, and waits no longer."""

    def kill_and_ask() -> None:
        with browser.open_page("data:text/html,x") as page:
            browser.kill()
            page.wait_for_selector("#never")

    with pytest.raises(Error, match="closed"):
        kill_and_ask()
    with browser.open_page("data:text/html,<title>again</title>") as page:
        assert page.title() == "again"
