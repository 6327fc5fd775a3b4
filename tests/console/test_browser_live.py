"""Test in a real browser what a running server shows: edits, reloads, and a long journal."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.console.browsing import find_wide, serve_console
from tests.console.support import TOKEN
from tests.console.test_pages import add_boots, build_journal
from tests.support.browser import find_barriers
from tests.support.processes import run_cli, wait_until
from tests.support.served import Served, write_profile

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.conftest import StartProcess
    from tests.support.browser import Browser

PROFILE = """\
config: [{use: values, with: {SQLALCHEMY_DATABASE_URI: 'sqlite:///FOLDER/boots.db', GREETING: one}}]
extensions:
  - database
  - {use: journal, with: {routes: false}}
  - health
  - tests.runner_app:add_routes
  - console
server: {workers: 1, probation: {seconds: 0}}
"""
COUNT = 100_000
# Copies of one boot, a minute after one another, and one in a thousand that failed.
FILL = """\
INSERT INTO assembler_boots (id, profile, role, digest, started_at, duration_ms, outcome, kind,
  generation, host, pid, versions, report)
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :count)
SELECT printf('copy-%06d', n), profile, role, 'sha256:' || (n / 2),
  strftime('%Y-%m-%d %H:%M:%f000', started_at, n || ' minutes'), duration_ms + n % 7,
  CASE n % 1000 WHEN 0 THEN 'failed' ELSE outcome END, kind, generation, host, n, versions, report
FROM assembler_boots, number
"""


def test_an_edit_a_reload_and_a_refusal_are_seen(
    browser: Browser, process: StartProcess, tmp_path: Path, runtime_folder: Path
) -> None:
    """At the address that `run` prints: on disk first, then in what runs, then why not."""
    text = PROFILE.replace("FOLDER", str(tmp_path))
    build_journal(tmp_path)  # which makes the table
    served = Served.start(process, tmp_path, text)
    (address,) = wait_until(
        lambda: re.findall(r"(http://\S+\?token=\S+)", served.process.stderr), "the address"
    )
    with browser.open_page(address) as page:
        expect(page.locator("#disk")).to_have_text("On disk: the same")
        assert "token" not in page.url
        write_profile(tmp_path, text.replace("one", "two"))
        page.reload()
        expect(page.locator("#disk")).to_have_text("On disk: edited")
        assert [one.split() for one in page.locator(".diff span").all_inner_texts()] == [
            ["-", "GREETING:", "one"],
            ["+", "GREETING:", "two"],
        ]
        _reload(tmp_path, runtime_folder, 0)
        wait_until(partial(_has_taken_over, page), "an answer of the new worker")
        expect(page.locator(".lead")).to_contain_text("generation 2 (reload)")
        _compare_with_the_boot(page)
        write_profile(tmp_path, f"{text}describtion: 1\n")
        _reload(tmp_path, runtime_folder, 1)
        page.reload()
        expect(page.get_by_role("heading", name="The last reload was refused")).to_be_visible()
        refused = page.locator(".note.bad pre")
        expect(refused).to_contain_text("describtion")
        expect(refused).to_contain_text("hint: Did you mean 'description'?")
        expect(page.get_by_role("region", name="Workers")).to_contain_text("(this one)")
        assert find_wide(page) == []
        assert find_barriers(page) == []
        _look_at_the_journal(page)


def _reload(folder: Path, runtime: Path, status: int) -> None:
    env = {"XDG_RUNTIME_DIR": str(runtime)}
    result = run_cli(["-m", "assembler", "reload", "profile.yaml"], folder, env)
    assert result.returncode == status, result.stderr


def _has_taken_over(page: Page) -> bool:
    """Ask again: a connection that the browser has kept is still the old worker's."""
    page.reload()
    return page.locator("#disk").inner_text() == "On disk: the same"


def _compare_with_the_boot(page: Page) -> None:
    """Look at what runs now beside the boot before the reload, with the line that made it so."""
    page.get_by_role("link", name="Profile").click()
    select = page.get_by_label("Compare with", exact=True)
    select.select_option(label=select.locator("option", has_text="boot").inner_text())
    page.get_by_role("button", name="Compare").click()
    changes = page.get_by_role("region", name="Values that differ")
    expect(changes.locator("tbody tr")).to_have_count(1)
    expect(changes.locator("tbody tr")).to_contain_text("GREETING")
    expect(changes.locator(".removed")).to_contain_text("one")
    expect(changes.locator(".added")).to_contain_text("two")
    expect(changes).to_contain_text("profile.yaml:3")
    assert find_wide(page) == []
    assert find_barriers(page) == []
    page.get_by_role("link", name="Now").click()


def _look_at_the_journal(page: Page) -> None:
    """From the newest: what was refused, then the reload with what it changed, then the boot."""
    page.get_by_role("link", name="Boots").click()
    rows = page.locator("tbody tr")
    expect(rows).to_contain_text(["rejection", "reload", "boot"])
    expect(rows.nth(1)).to_contain_text("edited")
    rows.nth(0).get_by_role("link").click()
    expect(page.locator("pre.note.bad")).to_contain_text("describtion")
    page.go_back()
    rows.nth(1).get_by_role("link").click()
    expect(page.get_by_role("region", name="What changed")).to_contain_text("profile digest")


def test_a_journal_of_100_000_boots_is_leafed_through(browser: Browser, tmp_path: Path) -> None:
    """The newest first, a page at a time, there and back; the filters find what is rare."""
    app = build_journal(tmp_path)
    add_boots(app, {})
    db = app.extensions["sqlalchemy"]
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(db.text(FILL), {"count": COUNT})
    with serve_console(app) as address, browser.open_page(f"{address}/?token={TOKEN}") as page:
        page.get_by_role("link", name="Boots").click()
        rows = page.locator("tbody tr")
        expect(rows).to_contain_text([f"web-1, {COUNT - number}" for number in range(3)])
        page.get_by_role("link", name="Earlier ones").click()
        expect(rows).to_contain_text([f"web-1, {COUNT - number}" for number in range(3, 6)])
        page.go_back()
        expect(rows.nth(0)).to_contain_text(f"web-1, {COUNT}")
        page.get_by_label("Outcome").select_option("failed")
        page.get_by_role("button", name="Filter").click()
        expect(rows).to_contain_text([f"web-1, {COUNT - 1000 * number}" for number in range(3)])
        rows.nth(2).get_by_role("link").click()
        expect(page.get_by_role("region", name="What changed")).to_contain_text("profile digest")
