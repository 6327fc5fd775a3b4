"""The catalogue step `debug_toolbar`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.projects import assemble_text, get_diagnostics

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = {
    "pages.py": """
def add(app):
    @app.get("/")
    def page():
        return "<html><body>page</body></html>"

    @app.get("/away")
    def away():
        return "", 302, {"Location": "/"}
"""
}
KEY = "  - {use: secret_key}\n"
STEP = "  - {use: debug_toolbar, when: {debug: true}, with: {intercept_redirects: false}}\n"
PAGES = "  - pages:add\n"
HANDLE = "flDebug"


def test_it_is_beside_the_page_in_debug(tmp_path: Path) -> None:
    """With its own files; a redirect is one."""
    text = f"debug: true\nextensions:\n{KEY}{STEP}{PAGES}"
    app = assemble_text(tmp_path, text, PROJECT)
    client = app.test_client()

    page = client.get("/").text
    assert HANDLE in page
    assert "page" in page
    assert client.get("/away").status_code == 302
    with client.get("/_debug_toolbar/static/js/toolbar.js") as script:
        assert script.status_code == 200
    assert "debug_toolbar" in app.extensions


def test_without_debug_nobody_sees_it(tmp_path: Path) -> None:
    """The step is skipped, whatever the config says."""
    config = "config: [{use: values, with: {DEBUG_TB_ENABLED: true, SECRET_KEY: a1b2c3d4e5f6}}]\n"
    client = assemble_text(
        tmp_path, f"debug: false\n{config}extensions:\n{STEP}{PAGES}", PROJECT
    ).test_client()

    assert HANDLE not in client.get("/").text
    assert client.get("/_debug_toolbar/static/js/toolbar.js").status_code == 404


def test_without_debug_and_a_condition_it_is_refused(tmp_path: Path) -> None:
    """It would show the config to everybody."""
    (found,) = get_diagnostics(tmp_path, "debug: false\nextensions:\n  - debug_toolbar\n")

    assert "debug is off" in found.message
    assert found.hint is not None
    assert "when: {debug: true}" in found.hint


def test_a_secret_key_is_needed(tmp_path: Path) -> None:
    """As the library has it."""
    (found,) = get_diagnostics(tmp_path, "debug: true\nextensions:\n  - debug_toolbar\n")

    assert "needs a secret key" in found.message


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1"])
def test_only_the_hosts_named_see_it(tmp_path: Path, address: str) -> None:
    """Others read the page as it is."""
    step = "  - {use: debug_toolbar, with: {hosts: [127.0.0.1]}}\n"
    text = f"debug: true\nextensions:\n{KEY}{step}{PAGES}"
    client = assemble_text(tmp_path, text, PROJECT).test_client()

    page = client.get("/", environ_base={"REMOTE_ADDR": address}).text
    assert (HANDLE in page) is (address == "127.0.0.1")
