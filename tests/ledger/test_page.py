"""Open the page of a boot in a real browser: by keyboard, by pointer, in light and in dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from assembler.ledger.page import render_page
from assembler.ledger.values import Effect, Imported, Ledger, StepLedger
from tests.support.browser import find_barriers

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.support.browser import Browser

HOSTILE = '</script><img src="https://elsewhere.example/x"><b onload=alert(1)>'
LEDGER = Ledger(
    "profiles/web.yaml",
    (
        StepLedger("app", "app", "flask:Flask", run_ms=3.0),
        StepLedger(
            "extension",
            "database",
            "database",
            effects=(Effect("extension", "sqlalchemy", "added", "an extension"),),
            imported=Imported(200, 240.0, (("sqlalchemy.orm", 120.0),)),
            import_ms=240.0,
            run_ms=20.0,
        ),
        StepLedger("extension", HOSTILE, HOSTILE, reason=HOSTILE, run_ms=1.0),
        *(StepLedger("extension", f"step {number}", "shop:step") for number in range(40)),
    ),
    parts=(),
)
# The colours as the browser gives them: the page, and a row that is pointed at.
COLOURS = {
    "light": ("rgb(255, 255, 255)", "rgb(238, 241, 247)"),
    "dark": ("rgb(22, 24, 28)", "rgb(35, 39, 46)"),
}
FOCUSED = "document.activeElement.getAttribute('href')"


@pytest.fixture
def address(tmp_path: Path) -> str:
    """Return the address of the page, which is a file and nothing else."""
    file = tmp_path / "boot.html"
    file.write_text(render_page(LEDGER), "utf-8")
    return file.as_uri()


def press(page: Page, *keys: str) -> str:
    """Press keys, and return where the row leads that has the focus then."""
    for key in keys:
        page.keyboard.press(key)
    focused: str = page.evaluate(FOCUSED)
    return focused


def test_arrows_and_enter_lead_from_row_to_row_and_to_a_step(
    browser: Browser, address: str
) -> None:
    """They end at the first and the last row; the row in focus is marked."""
    with browser.open_page(address) as page:
        assert press(page, "Tab") == "#step-0"
        assert press(page, "ArrowUp") == "#step-0"
        assert press(page, "ArrowDown", "ArrowDown", "ArrowUp") == "#step-1"
        row = page.locator("a[href='#step-1'] .back")
        expect(row).to_have_css("fill", COLOURS["light"][1])
        expect(row).not_to_have_css("stroke", "none")
        page.locator("a[href='#step-42']").focus()
        page.keyboard.press("Enter")
        expect(page.locator("section:target")).to_have_attribute("id", "step-42")
        expect(page.locator("#step-42")).to_be_in_viewport()
        page.locator("a[href='#step-42']").focus()
        assert press(page, "ArrowDown") == "#step-42"


def test_without_its_script_tab_goes_the_same_way(browser: Browser, address: str) -> None:
    """Each row is a link."""
    with browser.open_page(address, java_script_enabled=False) as page:
        for _ in range(3):
            page.keyboard.press("Tab")
        expect(page.locator("a[href='#step-2']")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("section:target")).to_have_attribute("id", "step-2")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_row_under_the_pointer_is_marked_and_says_more(
    browser: Browser, address: str, scheme: str
) -> None:
    """In the colours of either scheme, which everybody can read; names are only text."""
    paper, mark = COLOURS[scheme]
    with browser.open_page(address, color_scheme=scheme) as page:
        expect(page.locator("body")).to_have_css("background-color", paper)
        row = page.locator("a[href='#step-1']")
        expect(row.locator(".back")).not_to_have_css("fill", mark)
        row.locator(".name").hover()
        expect(row.locator(".back")).to_have_css("fill", mark)
        expect(row.locator("title")).to_contain_text("sqlalchemy.orm 120.0 ms")
        page.locator("h1").hover()
        expect(row.locator(".back")).not_to_have_css("fill", mark)
        expect(page.locator("#step-2 h2")).to_have_text(HOSTILE)
        assert not find_barriers(page)
