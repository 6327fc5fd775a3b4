"""Test in a real browser what changed, and what an edit would change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.console.browsing import find_wide, serve_console
from tests.console.support import TOKEN, build_app
from tests.support.browser import find_barriers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.support.browser import Browser

PROFILE = """\
server: {workers: 2}
extensions:
  - {use: database, with: {url: "sqlite:///FOLDER/boots.db"}}
  - {use: journal, with: {routes: false}}
  - tests.console.support:make_tables
  - {use: console, with: {token: TOKEN, ledger: true, playground: true}}
"""


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a console of an app that had booted from another profile before."""
    folder = tmp_path_factory.mktemp("changes")
    text = PROFILE.replace("FOLDER", str(folder)).replace("TOKEN", TOKEN)
    build_app(folder, text, patches="apply")
    text = text.replace("workers: 2", "workers: 3") + "  - health\n"
    with serve_console(build_app(folder, text, patches="apply")) as address:
        yield address


def check_page(page: Page) -> None:
    """Look at a page in each theme and width, and for those who cannot see."""
    assert find_wide(page) == []
    assert find_barriers(page) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 360, "height": 740})
    assert find_barriers(page) == []


@pytest.mark.parametrize("has_script", [True, False])
def test_an_earlier_boot_is_compared(browser: Browser, console: str, *, has_script: bool) -> None:
    """Chosen from the list, or from its own page."""
    address = f"{console}/profile?token={TOKEN}"
    with browser.open_page(address, java_script_enabled=has_script) as page:
        page.locator("#against").select_option(index=1)
        page.get_by_role("button", name="Compare", exact=True).click()
        values = page.get_by_role("table", name="Values", exact=True)
        expect(values.get_by_role("row", name="server.workers")).to_contain_text("web.yaml:3")
        effects = page.get_by_role("table", name="Effects", exact=True)
        route = effects.get_by_role("row", name="route GET,HEAD,OPTIONS /health/ready")
        expect(route).to_contain_text("by health")
        page.goto(f"{console}/boots")
        page.locator("tbody a").first.click()
        expect(page.get_by_role("row", name="server.workers")).to_be_visible()
        page.get_by_role("link", name="Compare it with what runs now").click()
        expect(page.locator("#changes")).to_be_visible()
        if has_script:
            check_page(page)


def test_a_text_is_linted_while_somebody_types(browser: Browser, console: str) -> None:
    """The place of a finding leads to it; what is found can be read by everybody."""
    with browser.open_page(f"{console}/playground?token={TOKEN}") as page:
        text = page.get_by_label("Text of")
        text.press("Control+End")
        text.press_sequentially("  - helth\n")
        finding = page.locator("#outcome li", has_text="helth")
        expect(finding).to_contain_text("Did you mean 'health'?")
        expect(page.get_by_role("row", name="extensions[helth].use")).to_be_visible()
        expect(page.locator("#checking")).to_have_text("")
        finding.get_by_role("link").click()
        expect(text).to_be_focused()
        assert page.evaluate("text.value.slice(text.selectionStart)").startswith("helth")
        check_page(page)


def test_without_a_script_a_button_lints(browser: Browser, console: str) -> None:
    """And the text is still there."""
    address = f"{console}/playground?token={TOKEN}"
    with browser.open_page(address, java_script_enabled=False) as page:
        page.get_by_label("Text of").fill("version: 1\nnonsense: 1\n")
        page.get_by_role("button", name="Check").click()
        expect(page.locator("#outcome li", has_text="nonsense")).to_be_visible()
        expect(page.get_by_label("Text of")).to_have_value("version: 1\nnonsense: 1\n")
