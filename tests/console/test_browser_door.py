"""Test in a real browser who gets into the console, and what it keeps of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.console.browsing import serve_console
from tests.console.support import TOKEN, build_app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.browser import Browser

FORM = '<form method="post" action="{}/sign-out"><input name="form" value="x"><button>Win</button>'


@pytest.fixture
def console(tmp_path: Path) -> Iterator[str]:
    """Return the address of a console with `TOKEN`."""
    with serve_console(build_app(tmp_path)) as address:
        yield address


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_somebody_signs_in_and_out(
    browser: Browser, console: str, *, java_script_enabled: bool
) -> None:
    """Not without a token, not with a wrong one; also without a script."""
    with browser.open_page(f"{console}/", java_script_enabled=java_script_enabled) as page:
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.get_by_label("Token").fill("a-wrong-token-of-the-tests")
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_contain_text("This is not the token.")
        page.get_by_label("Token").fill(TOKEN)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="What runs")).to_be_visible()
        assert page.url == f"{console}/"
        page.get_by_role("button", name="Sign out").click()
        page.goto(f"{console}/config")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_token_stays_neither_in_the_address_nor_with_scripts(
    browser: Browser, console: str
) -> None:
    """It moves into a cookie that no script reads, and the way back does not lead to it."""
    with browser.open_page(f"{console}/routes?token={TOKEN}&q=static") as page:
        assert page.url == f"{console}/routes?q=static"
        assert page.evaluate("[document.cookie, document.referrer, history.length]") == ["", "", 2]
        (cookie,) = [one for one in page.context.cookies() if "_form" not in one["name"]]
        assert TOKEN not in cookie["value"]
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")


def test_two_consoles_of_a_machine_are_open_at_once(
    browser: Browser, console: str, tmp_path: Path
) -> None:
    """Their cookies go to both, as a cookie knows no port; and to sign out is to leave one."""
    other_token = f"{TOKEN}-other"
    steps = f"extensions: [{{use: console, with: {{token: {other_token}}}}}]\n"
    with (
        serve_console(build_app(tmp_path, steps)) as other,
        browser.open_page(f"{console}/?token={TOKEN}", other) as page,
    ):
        page.goto(f"{other}/?token={other_token}")
        for address in (console, other):
            page.goto(f"{address}/")
            expect(page.get_by_role("heading", name="What runs")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.goto(f"{console}/")
        expect(page.get_by_role("heading", name="What runs")).to_be_visible()


def test_no_other_site_signs_somebody_out(browser: Browser, console: str) -> None:
    """Neither by a form of its own, nor in a frame."""
    with browser.open_page(f"{console}/?token={TOKEN}") as page:
        page.locator("header input[name=form]").evaluate("field => field.value = 'guessed'")
        page.get_by_role("button", name="Sign out").click()
        expect(page.locator("main")).to_contain_text("Open the page again")
        page.goto("about:blank")
        page.set_content(FORM.format(console))
        page.get_by_role("button", name="Win").click()
        expect(page.locator("main")).to_contain_text("Open the page again")
        page.goto(f"{console}/")
        expect(page.get_by_role("heading", name="What runs")).to_be_visible()
