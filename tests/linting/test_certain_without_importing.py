"""What is certain without importing the project is found where it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.config import ConfigAttribute
from werkzeug.exceptions import default_exceptions

from assembler.linting.rules.app_attribute_missing import HELD
from assembler.steps.adapters.error_handler import CODES
from assembler.steps.catalog.attributes import CONFIG_ATTRIBUTES
from tests.support.linting import lint_files

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "shop/__init__.py": "def refuse(error):\n    return 'no'\n",
    "shop/mail.py": """\
def init_app(
    app, timeout: int = 3, retry: float | None = None, host: str = "", sender=None,
    quiet: bool = False, level: int | bool | None = None,
):
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
            "use: shop.mail, with: {host: {$app: storage}}",  # nothing before it has had the app
            (
                '42 error: the app has no attribute "storage" | '
                "Name an attribute of the Flask object."
            ),
        ),
        (
            "use: shop.mail, with: {host: {$app: config.MAIL_HOST}}",
            (
                '42 error: the app has no attribute "config.MAIL_HOST" | '
                "Write `{$config: MAIL_HOST}` for a value of the config."
            ),
        ),
        (
            "use: shop.mail, with: {host: {$app: jinja_env.filter}}",
            "42 error: the app has no attribute \"jinja_env.filter\" | Did you mean 'filters'?",
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
            "use: shop.mail, with: {quiet: maybe}",
            (
                '29 error: "quiet" expects bool, got the string "maybe" | '
                "Write true or false, without quotes."
            ),
        ),
        (
            "use: shop.mail, with: {quiet: 'false'}",
            (
                '29 error: "quiet" expects bool, got the string "false" | '
                "Write true or false, without quotes."
            ),
        ),
        (
            "use: shop.mail, with: {level: much}",
            '29 error: "level" expects bool or int, got the string "much" | Write a number.',
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
        "use: shop.mail, with: {host: {$app: .}}",
        "use: shop.mail, with: {host: {$app: __class__.__name__}}",
        "use: shop.mail, with: {host: {$app: config.__len__}}",
        "use: shop.mail, with: {host: {$app: jinja_env.template_class}}",
        "use: shop.mail, with: {host: {$app: logger.manager}}",
        "use: 'xml:etree.ElementTree.Element', as: function, with: {tag: a}",
        "use: 'logging:handlers.RotatingFileHandler', as: function, with: {filename: x}",
        "use: shop.mail, with: {timeout: '5', retry: 1, host: 5, sender: five}",
        "use: shop.mail, with: {timeout: '${TIMEOUT:-five}'}",
        "use: shop.mail, with: {timeout: null}",
        "use: shop.mail, with: {quiet: '${QUIET:-maybe}', level: '3', host: 'true'}",
    ],
)
def test_what_is_right_or_not_certain_is_left_alone(tmp_path: Path, step: str) -> None:
    """A variable may hold another value, and code may convert a number."""
    assert lint(tmp_path, step) == []


@pytest.mark.parametrize(
    ("earlier", "path", "is_missing"),
    [
        ("proxy_fix", "url_map.strict", True),
        ("proxy_fix", "shop_store.name", True),
        ("shop.mail", "url_map.strict", False),
        ("shop.mail", "shop_store.name", False),
        ("shop.mail", "url_map.strict_slashs", True),
        ("shop.mail", "config.SHOP", True),
        ("imports", "shop_store.name", False),
        ("{use: attributes, with: {shop_store: 1}}", "shop_store.name", False),
        ("{use: attributes, with: {jinja_env.filtres: 1}}", "jinja_env.filtres", False),
    ],
)
def test_what_a_step_may_have_set_is_not_missing(
    tmp_path: Path, earlier: str, path: str, *, is_missing: bool
) -> None:
    """Steps of our own set nothing on the app but what `attributes` says; others may."""
    step = f"use: shop, with: {{x: {{$app: {path}}}}}"
    text = f"version: 1\nextensions:\n  - {earlier}\n  - {{{step}}}\n"
    files = {
        "shop/__init__.py": "def init_app(app, x):\n    pass\n",
        "shop/mail.py": FILES["shop/mail.py"],
    }
    found = lint_files(tmp_path, {**files, "web.yaml": text}, "app-attribute-missing")
    assert [one.message for one in found] == [f'the app has no attribute "{path}"'] * is_missing


def test_names_of_flask_are_all_read(tmp_path: Path) -> None:
    """Of the app, and of each object that the rule knows: none that is there is missing."""
    app = Flask("shop")
    held = {"": app, **{f"{name}.": getattr(app, name) for name in HELD}}
    paths = [f"{start}{name}" for start, one in held.items() for name in dir(one) if name[0] != "_"]
    values = "".join(f"    K{number}: {{$app: {path}}}\n" for number, path in enumerate(paths))
    text = f"version: 1\nconfig:\n- use: values\n  with:\n{values}"
    assert lint_files(tmp_path, {"web.yaml": text}, "app-attribute-missing") == []


def test_the_tables_are_those_of_the_libraries() -> None:
    """They are written down, since the linter loads neither."""
    kept = {name for name, one in vars(Flask).items() if isinstance(one, ConfigAttribute)}
    kept |= {name for name in dir(Flask) if isinstance(vars_of(name), ConfigAttribute)}
    assert {*kept, "config", "debug"} == CONFIG_ATTRIBUTES
    assert set(default_exceptions) == CODES


def vars_of(name: str) -> object:
    """Return what a class of Flask's line holds under ``name``."""
    return next((vars(one)[name] for one in Flask.__mro__ if name in vars(one)), None)
