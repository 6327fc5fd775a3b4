"""The catalogue step `babel`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from pydantic import ValidationError

from assembler.steps.catalog.babel import BabelOptions
from tests.support.projects import assemble_text, get_diagnostics

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = {
    "speech.py": """
from datetime import datetime
from flask import render_template_string, request
from flask_babel import Babel, format_datetime, get_locale, gettext
babel = Babel()
wrong = object()

def select_locale():
    return request.args.get("lang")

def select_timezone():
    return request.args.get("zone")

def add_routes(app):
    @app.get("/")
    def hello():
        return render_template_string("{{ _('Hello') }} " + gettext("Hello") + f" {get_locale()}")

    @app.get("/time")
    def time():
        return format_datetime(datetime(2026, 1, 1, 12), "yyyy-MM-dd HH:mm")
"""
}
ROUTES = "  - speech:add_routes\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a project's folder with translations into German and Portuguese."""
    for locale, word in (("de", "Hallo"), ("pt_BR", "Oi")):
        catalog = Catalog(locale=locale)
        catalog.add("Hello", word)
        file = tmp_path / "languages" / locale / "LC_MESSAGES" / "shop.mo"
        file.parent.mkdir(parents=True)
        with file.open("wb") as stream:
            write_mo(stream, catalog)
    return tmp_path


def write_step(options: str) -> str:
    """Return a profile's step, and the routes."""
    common = "directories: [languages], domain: shop"
    return f"extensions:\n  - {{use: babel, with: {{{common}, {options}}}}}\n{ROUTES}"


def test_a_visitor_reads_the_language_that_its_browser_prefers(folder: Path) -> None:
    """In views and in templates; another one reads the default."""
    app = assemble_text(folder, write_step("locales: [en, de, pt_BR]"), PROJECT)

    def ask(languages: str) -> str:
        return app.test_client().get("/", headers={"Accept-Language": languages}).text

    assert ask("de-AT, en;q=0.5") == "Hallo Hallo de"
    assert ask("fr, pt-BR;q=0.8") == "Oi Oi pt_BR"
    assert ask("en-GB") == "Hello Hello en"
    assert ask("fr") == "Hello Hello en"


def test_selectors_are_the_project_s_own(folder: Path) -> None:
    """By reference; they may leave it to the defaults."""
    options = (
        "default_locale: de, default_timezone: Europe/Berlin, "
        "locale_selector: {$import: 'speech:select_locale'}, "
        "timezone_selector: {$import: 'speech:select_timezone'}"
    )
    client = assemble_text(folder, write_step(options), PROJECT).test_client()

    assert client.get("/?lang=pt_BR").text == "Oi Oi pt_BR"
    assert client.get("/").text == "Hallo Hallo de"
    assert client.get("/time").text == "2026-01-01 13:00"
    assert client.get("/time?zone=Asia/Tokyo").text == "2026-01-01 21:00"


def test_the_config_fills_what_is_left_out(folder: Path) -> None:
    """And the project's own instance is taken."""
    config = "config: [{use: values, with: {BABEL_DEFAULT_LOCALE: de}}]\n"
    text = write_step("babel: {$import: 'speech:babel'}")
    app = assemble_text(folder, config + text, PROJECT)

    assert app.test_client().get("/").text == "Hallo Hallo de"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("default_locale: xx_YY", '"xx_YY" is not a locale that Babel knows'),
        ("locales: [en, '?']", '"?" is not a locale that Babel knows'),
        ("default_timezone: Berlin", '"Berlin" is not a time zone'),
        ("babel: {$import: 'speech:wrong'}", "expected an instance of flask_babel.Babel"),
    ],
)
def test_what_only_a_request_would_find_is_refused(folder: Path, options: str, said: str) -> None:
    """Where it is written."""
    (found,) = get_diagnostics(folder, write_step(options), PROJECT)

    assert said in found.message
    assert found.place.span.line == 4


@pytest.mark.parametrize(
    "options", [{"locales": []}, {"locales": ["en"], "locale_selector": str}, {"directories": []}]
)
def test_wrong_options_are_refused(options: dict[str, object]) -> None:
    """When the profile is linted."""
    with pytest.raises(ValidationError):
        BabelOptions.model_validate(options)
