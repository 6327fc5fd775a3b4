"""What is certain without importing the project is found where it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.config import ConfigAttribute
from werkzeug.exceptions import default_exceptions

from assembler.steps.adapters.error_handler import CODES
from assembler.steps.catalog.attributes import CONFIG_ATTRIBUTES
from tests.support.linting import lint_files

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "shop/__init__.py": "def refuse(error):\n    return 'no'\n",
    "shop/mail.py": """\
def init_app(app, timeout: int = 3, retry: float | None = None, host: str = "", sender=None):
    pass


class Mail:
    def __init__(self, app=None, *, size: int = 1):
        pass

    def init_app(self, app, level: "int" = 1):
        pass
""",
}
PROFILE = "version: 1\nextensions:\n  - {{{}}}\n"
HANDLER = "use: 'shop:refuse', as: error_handler, with: {for: %s}"


def lint(folder: Path, step: str) -> list[str]:
    """Return what is said of the step: place, severity, message and hint."""
    found = lint_files(folder, {**FILES, "web.yaml": PROFILE.format(step)})
    return [f"{one.place.span.column} {one.severity}: {one.message} | {one.hint}" for one in found]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (
            HANDLER % "99",
            (
                "52 error: an error handler is for an HTTP error's status code or a class of "
                "exception | Write a code such as 404, or `module:Error`."
            ),
        ),
        (
            HANDLER % "'404'",
            (
                "52 error: an error handler is for an HTTP error's status code or a class of "
                "exception | Write 404, without quotes."
            ),
        ),
        (
            HANDLER % "[404, true]",
            (
                "63 error: an error handler is for an HTTP error's status code or a class of "
                "exception | Write a code such as 404, or `module:Error`."
            ),
        ),
        (
            "use: attributes, with: {testing: true}",
            (
                '39 error: "testing" is a config value, not an attribute | '
                "Set it in a step of `config`, such as `values`."
            ),
        ),
        (
            "use: attributes, with: {config.TESTING: true}",
            (
                '46 error: "config.TESTING" is a config value, not an attribute | '
                "Set it in a step of `config`, such as `values`."
            ),
        ),
        (
            "use: shop.mail, with: {host: {$app: instance_pth}}",
            "42 error: the app has no attribute \"instance_pth\" | Did you mean 'instance_path'?",
        ),
        (
            "use: shop.mail, with: {host: {$app: confg.NAME}}",
            "42 error: the app has no attribute \"confg.NAME\" | Did you mean 'config'?",
        ),
        (
            "use: 'logging:basicConfg', as: call",
            (
                '11 error: the module "logging" has no attribute "basicConfg" | '
                "Did you mean 'basicConfig'?"
            ),
        ),
        (
            "use: shop.mail, with: {timeout: five}",
            '29 error: "timeout" expects int, got the string "five" | Write a number.',
        ),
        (
            "use: shop.mail, with: {retry: soon}",
            '29 error: "retry" expects float, got the string "soon" | Write a number.',
        ),
        (
            "use: 'shop.mail:Mail', with: {size: big}",
            '36 error: "size" expects int, got the string "big" | Write a number.',
        ),
        (
            "use: 'shop.mail:Mail', init: {level: high}",
            '36 error: "level" expects int, got the string "high" | Write a number.',
        ),
    ],
)
def test_what_is_certain_is_found(tmp_path: Path, step: str, said: str) -> None:
    """With what to write instead."""
    assert lint(tmp_path, step) == [said]


@pytest.mark.parametrize("module", ["logging", "os.path", "csv", "collections"])
def test_a_name_that_the_standard_library_lacks_is_found(tmp_path: Path, module: str) -> None:
    """Whether the module is loaded here or read."""
    (found,) = lint_files(tmp_path, {"web.yaml": PROFILE.format(f"use: '{module}:boom', as: call")})
    assert found.message == f'the module "{module}" has no attribute "boom"'


@pytest.mark.parametrize(
    "step",
    [
        HANDLER % "404",
        HANDLER % "[400, 'werkzeug.exceptions:NotFound']",
        HANDLER % "'${CODE:-99}'",
        "use: attributes, with: {url_map.strict_slashes: false, shop: 1}",
        "use: shop.mail, with: {host: {$app: instance_path}}",
        "use: shop.mail, with: {host: {$app: shop_store.name}}",  # a step may set it
        "use: 'xml:etree.ElementTree.Element', as: function, with: {tag: a}",
        "use: 'logging:handlers.RotatingFileHandler', as: function, with: {filename: x}",
        "use: shop.mail, with: {timeout: '5', retry: 1, host: 5, sender: five}",
        "use: shop.mail, with: {timeout: '${TIMEOUT:-five}'}",
        "use: shop.mail, with: {timeout: null}",
    ],
)
def test_what_is_right_or_not_certain_is_left_alone(tmp_path: Path, step: str) -> None:
    """A variable may hold another value, and code may convert a number."""
    assert lint(tmp_path, step) == []


def test_the_tables_are_those_of_the_libraries() -> None:
    """They are written down, since the linter loads neither."""
    kept = {name for name, one in vars(Flask).items() if isinstance(one, ConfigAttribute)}
    kept |= {name for name in dir(Flask) if isinstance(vars_of(name), ConfigAttribute)}
    assert {*kept, "config", "debug"} == CONFIG_ATTRIBUTES
    assert set(default_exceptions) == CODES


def vars_of(name: str) -> object:
    """Return what a class of Flask's line holds under ``name``."""
    return next((vars(one)[name] for one in Flask.__mro__ if name in vars(one)), None)
