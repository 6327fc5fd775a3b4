"""What Python code sets for known config keys: it stays, with a warning, but for `DEBUG`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from assembler import create_app
from tests.support.projects import assemble_text, get_diagnostics, in_folder, write_files

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

# By what sets the keys: the profile, with the place of the step's target or of what else is meant.
SETTERS = {
    "object": ("config: [{use: object, with: {target: project:Wrong}}]\n", "3:39"),
    "settings": ("config: [{use: settings, with: {target: project:Settings}}]\n", "3:41"),
    "callable": ("config: [{use: 'project:load', name: callable}]\n", "3:16"),
    "argument": ("config: [{use: argument, with: {default: project:Wrong}}]\n", "3:16"),
    "py": ("config: [{use: file, name: py, with: {path: wrong.py}}]\n", "3:16"),
}
MODULE = """\
from pydantic_settings import BaseSettings

class Wrong:
    {key} = "{text}"

class Settings(BaseSettings):
    {lower}: str = "{text}"

def load():
    return {{"{key}": "{text}"}}
"""
WRONG = [
    ("TESTING", "False", "true or false"),
    ("MAX_CONTENT_LENGTH", "16MB", "a number of bytes"),
    ("PERMANENT_SESSION_LIFETIME", "43200", "a number of seconds"),
    ("SERVER_NAME", "https://shop.example", "a host"),
]
by_setter = pytest.mark.parametrize("setter", SETTERS)


def build_modules(key: str, text: str) -> dict[str, str]:
    """Return modules in which every kind of setter sets ``key``."""
    return {
        "project.py": MODULE.format(key=key, lower=key.lower(), text=text),
        "wrong.py": f'{key} = "{text}"\n',
    }


def list_warnings(app: Flask) -> list[str]:
    """Return the warnings of the report."""
    return [note for note in app.extensions["assembler"].notes if "warning[" in note]


@by_setter
@pytest.mark.parametrize("row", WRONG)
def test_string_that_python_sets_stays_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, setter: str, row: tuple[str, str, str]
) -> None:
    """As in Flask; the warning is logged, and in the report."""
    profile, place = SETTERS[setter]
    key, text, expected = row
    with caplog.at_level(logging.WARNING, "assembler"):
        app = assemble_text(tmp_path, profile, build_modules(key, text))

    assert app.config[key] == text
    (warning,) = list_warnings(app)
    assert warning == (
        f"profile.yaml:{place}: warning[ASM616] config source '{setter}' sets {key} to a string, "
        f"expected {expected} [string-config-value]"
    )
    assert warning in caplog.text


@by_setter
@pytest.mark.parametrize("text", ["False", "true", ""])
def test_debug_that_is_a_string_is_refused(tmp_path: Path, setter: str, text: str) -> None:
    """Whoever sets it: the debugger's rules depend on it."""
    profile, place = SETTERS[setter]

    (found,) = get_diagnostics(tmp_path, profile, build_modules("DEBUG", text))

    assert found.name == "wrong-config-value"
    assert str(found.place) == f"profile.yaml:{place}"
    assert found.message == (
        f"config source '{setter}' sets DEBUG to a string, expected true or false"
    )


def test_caller_s_strings_are_told_of(tmp_path: Path) -> None:
    """Where no step `argument` takes them."""
    app = assemble_text(tmp_path, "", config={"TESTING": "False", "TITLE": "False"})
    (found,) = get_diagnostics(tmp_path, "", config={"DEBUG": "False"})

    assert app.config["TESTING"] == "False"
    (warning,) = list_warnings(app)
    assert "config source 'caller' sets TESTING to a string" in warning
    assert found.message == "config source 'caller' sets DEBUG to a string, expected true or false"


def test_extension_s_strings_are_told_of_once(tmp_path: Path) -> None:
    """At the step that set them; what a source set was told before."""
    profile = (
        "config: [{use: object, with: {target: 'wrong:'}}]\n"
        "extensions:\n"
        "  - {name: a, use: 'sets:set', as: call, with: {TESTING: 'no', TITLE: 'no'}}\n"
        "  - {name: b, use: 'sets:set', as: call}\n"
    )
    modules = {
        "wrong.py": "MAX_CONTENT_LENGTH = '16MB'\n",
        "sets.py": "def set(app, **values):\n    app.config.update(values)\n",
    }

    app = assemble_text(tmp_path, profile, modules)
    (found,) = get_diagnostics(tmp_path, profile.replace("TESTING", "DEBUG"), modules)

    source, extension = list_warnings(app)
    assert "config source 'object' sets MAX_CONTENT_LENGTH" in source
    assert extension == (
        "profile.yaml:5:20: warning[ASM616] extension 'a' sets TESTING to a string, "
        "expected true or false [string-config-value]"
    )
    assert found.message == "extension 'a' sets DEBUG to a string, expected true or false"


def test_strings_beside_what_cannot_be_compared_are_told_of(tmp_path: Path) -> None:
    """An extension may put anything into the config, such as an array, in place of another."""
    profile = "extensions: [{use: 'odd:set', name: a}, {use: 'odd:set', name: b}]\n"
    module = """
        class Odd:
            __hash__ = None

            def __eq__(self, other):
                raise ValueError("which element?")

        def set(app):
            if "ODD" in app.config:
                app.config["TESTING"] = "no"
            app.config["ODD"] = Odd()
        """.replace("\n        ", "\n")

    (warning,) = list_warnings(assemble_text(tmp_path, profile, {"odd.py": module}))

    assert "extension 'b' sets TESTING to a string" in warning


def test_strings_of_the_app_s_own_factory_are_told_of(tmp_path: Path) -> None:
    """It may set config before any source does."""
    module = (
        "from flask import Flask\n\n"
        "def make():\n"
        "    app = Flask('project')\n"
        "    app.config['SESSION_COOKIE_SECURE'] = 'off'\n"
        "    return app\n"
    )
    write_files(
        tmp_path, {"web.yaml": "version: 1\napp: {use: 'project:make'}\n", "project.py": module}
    )
    with in_folder(tmp_path):
        app = create_app("web.yaml", env={})

    (warning,) = list_warnings(app)
    assert warning == (
        "web.yaml:2:12: warning[ASM616] the app itself sets SESSION_COOKIE_SECURE to a string, "
        "expected true or false [string-config-value]"
    )
