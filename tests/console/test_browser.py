"""Test the console in a real browser: how it looks, by keyboard, without scripts, on paper."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import reduce
from itertools import product
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.console.browsing import (
    PATHS,
    SCHEMES,
    find_unreachable,
    find_wide,
    look_at,
    open_by_keyboard,
    serve_console,
)
from tests.console.support import TOKEN, build_app
from tests.console.test_pages import add_boots
from tests.support.browser import find_barriers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.support.browser import Browser

STEPS = """\
def add(app, name):
    app.add_url_rule("/\\"'&>", name, lambda: "")
    app.config[name] = {name: [name]}


def fail(app, reason):
    raise RuntimeError(reason)


def nothing(app):
    app.config["QUIET"] = None
"""
PROFILE = """\
name: "NAME TURNED LONG"
description: "NAME"
config:
  - use: values
    name: "values NAME"
    with: {SQLALCHEMY_DATABASE_URI: "sqlite:///FOLDER/boots.db", LIST: ["LONG", "TURNED"]}
extensions:
  - database
  - {use: journal, with: {record: false}}
  - health
  - {use: "named:add", name: "add LONG", with: {name: "NAME LONG"}}
  - {use: "named:fail", name: "NAME", with: {reason: "NAME TURNED LONG"}, on_error: skip}
  - {use: "named:nothing", name: "TURNED", when: "${NOTHING:-}"}
  - {use: console, with: {token: TOKEN, ledger: true, page_size: 5, playground: true}}
"""
CALM = {"NAME": "shop", "TURNED": "left", "LONG": "of the tests", "TOKEN": TOKEN}
HOSTILE = {
    "NAME": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "TURNED": "safe\u202eelif\u2066",
    "LONG": "x" * 10_000,
    "TOKEN": TOKEN,
}


@contextmanager
def serve_named(folder: Path, names: Mapping[str, str]) -> Iterator[str]:
    """Serve an app in which all that has a name has one of these, and which is edited on disk."""
    text = reduce(lambda text, name: text.replace(name, names[name]), names, PROFILE)
    text = text.replace("FOLDER", str(folder))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        patch.delitem(sys.modules, "named", raising=False)
        app = build_app(folder, text, {"named.py": STEPS})
    with app.app_context():
        app.extensions["sqlalchemy"].create_all()
    name, long = names["NAME"], names["LONG"]
    step = {"kind": "extension", "use": name, "import_ms": 1.0, "run_ms": 2.0}
    step |= {"name": long, "outcome": "partial", "reason": f"{name} {names['TURNED']} {long}"}
    common = {"profile": name + names["TURNED"], "host": name + long}
    refused = {"kind": "rejection", "outcome": "failed", "report": {"reason": name + long}}
    report = {"steps": [step], "notes": [name + long]}
    add_boots(
        app,
        common,
        {**common, **refused},
        {**common, "versions": {name: long}, "report": report},
        *({"digest": f"sha256:{number}"} for number in range(6)),
    )
    profile = folder / "web.yaml"
    profile.write_text(profile.read_text().replace("LIST", f"{name.upper()}: '{long}', LIST"))
    with serve_console(app) as address:
        yield address


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a console that has something of everything."""
    with serve_named(tmp_path_factory.mktemp("calm"), CALM) as address:
        yield address


def test_every_page_holds(browser: Browser, console: str) -> None:
    """In each theme and width, for those who cannot see, and by keyboard."""
    with browser.open_page(f"{console}/?token={TOKEN}") as page:
        for path in PATHS:
            page.goto(f"{console}/{path}{'&' if '?' in path else '?'}token={TOKEN}")
            assert page.url == f"{console}/{path}"
            assert (path, find_wide(page)) == (path, [])
            assert (path, find_unreachable(page)) == (path, [])
            for width, scheme in product((1440, 360), SCHEMES):
                look_at(page, scheme, width)
                assert (path, scheme, width, find_barriers(page)) == (path, scheme, width, [])


def test_hostile_names_are_only_text(browser: Browser, tmp_path: Path) -> None:
    """Nothing of them runs, and each page has its width; the browser sees to the rest."""
    address = serve_named(tmp_path, HOSTILE)
    with address as console, browser.open_page(f"{console}/?token={TOKEN}") as page:
        for path in PATHS:
            page.goto(f"{console}/{path}")
            assert (path, find_wide(page)) == (path, [])
            texts = page.locator("body").inner_text()
            assert ("alert(1)" in texts, "\u202e" in texts) == (True, False)


def test_the_page_to_sign_in_holds(browser: Browser, console: str) -> None:
    """As the others do."""
    with browser.open_page(f"{console}/") as page:
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            assert find_barriers(page) == []
        assert find_unreachable(page) == []


def test_without_a_script_all_is_there(browser: Browser, console: str) -> None:
    """Forms filter, and steps open."""
    with browser.open_page(f"{console}/?token={TOKEN}", java_script_enabled=False) as page:
        for path in PATHS:
            page.goto(f"{console}/{path}")
            expect(page.locator("h1")).to_be_visible()
        page.goto(f"{console}/routes")
        page.get_by_label("Filter the routes").fill("health/ready")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{console}/routes?q=health%2Fready")
        expect(page.locator("#rows tr")).to_have_count(1)
        page.goto(f"{console}/boots")
        page.get_by_label("Outcome").select_option("failed")
        page.get_by_role("button", name="Filter").click()
        expect(page.locator("tbody tr")).to_have_count(1)
        page.goto(f"{console}/assembly")
        page.locator("#step-2 > summary").click()
        expect(page.locator("#step-2 > dl")).to_be_visible()


def test_by_keyboard_alone_somebody_gets_everywhere(browser: Browser, console: str) -> None:
    """From page to page, from the drawing to a step, and to what a filter leaves."""
    with browser.open_page(f"{console}/?token={TOKEN}") as page:
        open_by_keyboard(page, ".skip")
        assert page.evaluate("document.activeElement.id") == "main"
        open_by_keyboard(page, "nav a[href$='/assembly']")
        expect(page).to_have_url(f"{console}/assembly")
        open_by_keyboard(page, ".waterfall [href='#step-2']")
        expect(page.locator("#step-2 > dl")).to_be_visible()
        open_by_keyboard(page, "#step-3 > summary")
        expect(page.locator("#step-3 > dl")).to_be_visible()
        open_by_keyboard(page, "nav a[href$='/routes']")
        expect(page).to_have_url(f"{console}/routes")
        open_by_keyboard(page, "#q")
        page.keyboard.type("health/ready")
        expect(page.locator("#rows tr:visible")).to_have_count(1)


def test_on_paper_a_page_is_a_report(browser: Browser, console: str) -> None:
    """All of it, in black on white, without what only a screen can do."""
    with browser.open_page(f"{console}/?token={TOKEN}", color_scheme="dark") as page:
        for path in PATHS:
            page.goto(f"{console}/{path}")
            if page.locator("details").count():  # printing opens them
                assert page.pdf(format="A4").startswith(b"%PDF-")
            expect(page.locator("details:not([open])")).to_have_count(0)
            page.emulate_media(media="print")
            controls = page.locator("nav, header form, .search, .skip, .foot")
            expect(controls.locator("visible=true")).to_have_count(0)
            paper = "getComputedStyle(document.documentElement).getPropertyValue('--paper')"
            assert page.evaluate(paper) == "#fff"
            page.emulate_media(media="screen")
