"""What only knows strings gives known keys the type that they take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from assembler.steps.catalog import TABLE
from assembler.steps.key_kinds import HOST, STRING
from assembler.steps.known_keys import FLASK_KEYS, list_known_keys
from tests.support.projects import assemble_text, get_diagnostics

if TYPE_CHECKING:
    from pathlib import Path

DOTENV = "config: [dotenv]\n"
SOURCES = {
    "dotenv": DOTENV,
    "file": "config: [{use: file, with: {path: .env}}]\n",
    "env": "config: [{use: env, with: {prefix: SHOP}}]\n",
    "secrets": "config: [{use: secrets, with: {path: mounted}}]\n",
}
by_source = pytest.mark.parametrize("source", SOURCES)
# What each string means for a key of its kind.
TYPED = [
    ("DEBUG", "False", False),
    ("DEBUG", "off", False),
    ("DEBUG", "1", True),
    ("TESTING", "no", False),
    ("SESSION_COOKIE_SECURE", "TRUE", True),
    ("SQLALCHEMY_RECORD_QUERIES", "false", False),
    ("SQLALCHEMY_ECHO", "debug", "debug"),
    ("COMPRESS_STREAMS", "off", False),
    ("COMPRESS_LEVEL", "9", 9),
    ("COMPRESS_MIMETYPES", '["text/html", "text/css"]', ["text/html", "text/css"]),
    ("COMPRESS_MIMETYPES", "text/html", ["text/html"]),
    ("MAX_CONTENT_LENGTH", "16777216", 16777216),
    ("MAX_CONTENT_LENGTH", "null", None),
    ("SEND_FILE_MAX_AGE_DEFAULT", "0.5", 0.5),
    ("SQLALCHEMY_BINDS", '{"a": "sqlite://"}', {"a": "sqlite://"}),
    ("SECRET_KEY", "12345", "12345"),
    ("SECRET_KEY", " a b ", " a b "),
    ("SECRET_KEY", "", ""),
    ("SECRET_KEY_FALLBACKS", "former", ["former"]),
    ("SESSION_COOKIE_NAME", "007", "007"),
    ("SERVER_NAME", "shop.example.com:8000", "shop.example.com:8000"),
    ("SQLALCHEMY_DATABASE_URI", "sqlite:///nl.db", "sqlite:///nl.db"),
]
REFUSED = [
    ("DEBUG", "maybe", "true or false", "Write true or false."),
    ("MAX_CONTENT_LENGTH", "16MB", "a number of bytes", "Write 16777216."),
    ("MAX_FORM_MEMORY_SIZE", "0.5 KiB", "a number of bytes", "Write 512."),
    ("MAX_FORM_PARTS", "5k", "an integer", "Write a whole number, without quotes."),
    ("PERMANENT_SESSION_LIFETIME", "12h", "a number of seconds", "Write 43200."),
    (
        *("PERMANENT_SESSION_LIFETIME", "long", "a number of seconds"),
        "Write the number of seconds, such as 43200.",
    ),
    ("COMPRESS_LEVEL", "true", "an integer", "Write a whole number, without quotes."),
    ("COMPRESS_MIMETYPES", "a/b,c/d", "a list", 'Write a list, such as ["a", "b"].'),
    ("SQLALCHEMY_BINDS", "[]", "a mapping", 'Write a mapping, such as {"a": 1}.'),
    ("SERVER_NAME", "https://me:pw@shop.example/x", "a host", "Write `shop.example`."),
    ("SERVER_NAME", "shop.example/x", "a host", HOST.find_remedy("/")),
    ("SECRET_KEY_FALLBACKS", "k3y-one,k3y-two", "a list", 'Write a list, such as ["a", "b"].'),
]


def give(key: str, text: str) -> dict[str, Any]:
    """Return what `assemble_text` needs so that each source has ``text`` for ``key``."""
    files = {".env": f"{key}='{text}'\n", f"mounted/{key.lower()}": f"{text}\n"}
    return {"modules": files, "env": {f"SHOP_{key}": f"{text}\n"}}


@by_source
@pytest.mark.parametrize(("key", "text", "value"), TYPED)
def test_known_key_is_typed_from_its_string(
    tmp_path: Path, source: str, key: str, text: str, value: object
) -> None:
    """By the same rules, whatever the source."""
    app = assemble_text(tmp_path, SOURCES[source], **give(key, text))

    assert (app.config[key], type(app.config[key])) == (value, type(value))


@by_source
@pytest.mark.parametrize("row", REFUSED)
def test_string_that_is_not_of_the_kind_is_refused(
    tmp_path: Path, source: str, row: tuple[str, str, str, str]
) -> None:
    """With what to write; the string itself is not repeated."""
    key, text, expected, hint = row
    (found,) = get_diagnostics(tmp_path, SOURCES[source], **give(key, text))

    origin = {
        "env": f'the variable "SHOP_{key}"',
        "secrets": f'the file "{key.lower()}"',
    }.get(source, ".env:1:1")
    assert found.name == "wrong-config-value"
    assert found.message == f"{key}: expected {expected}, got a string (from {origin})"
    assert found.hint == hint


@by_source
@pytest.mark.parametrize("key", ["TESTING", "MAX_FORM_PARTS", "SQLALCHEMY_RECORD_QUERIES"])
def test_empty_string_counts_as_not_set(tmp_path: Path, source: str, key: str) -> None:
    """What an earlier source set stays, and the report notes it."""
    text = f"config: [{{use: values, with: {{{key}: 1}}}}, {SOURCES[source][9:-2]}]\n"

    app = assemble_text(tmp_path, text, **give(key, ""))

    assert app.config[key] == 1
    (note,) = app.extensions["assembler"].notes
    assert note.startswith(f"config '{source}': {key} is empty (from ")
    assert note.endswith("), which counts as not set")


@by_source
@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("TESTING", "true "),
        ("MAX_CONTENT_LENGTH", " 1"),
        ("SQLALCHEMY_DATABASE_URI", "sqlite:///a.db "),
        ("BASKET_URL", "https://basket.example/\n\n"),
    ],
)
def test_white_space_at_the_ends_is_refused(
    tmp_path: Path, source: str, key: str, text: str
) -> None:
    """Of booleans, numbers and URLs."""
    (found,) = get_diagnostics(tmp_path, SOURCES[source], **give(key, text))

    assert found.name == "surrounding-blanks"
    assert found.message.startswith(f"{key}: white space at the ends of the value (from ")


@by_source
def test_other_strings_keep_their_white_space(tmp_path: Path, source: str) -> None:
    """But for one newline at the end."""
    app = assemble_text(tmp_path, SOURCES[source], **give("GREETING", " hello "))

    assert app.config["GREETING"] == " hello "


@pytest.mark.parametrize(("text", "value"), [("[1]", [1]), ("5", 5), ("true", True), ("a", "a")])
def test_other_keys_of_the_environment_are_json(tmp_path: Path, text: str, value: object) -> None:
    """As in Flask."""
    app = assemble_text(tmp_path, SOURCES["env"], env={"SHOP_BASKET": text})

    assert app.config["BASKET"] == value


@pytest.mark.parametrize("text", [" 5", "true "])
def test_other_keys_of_the_environment_take_no_number_with_white_space(
    tmp_path: Path, text: str
) -> None:
    """JSON allows it around a value."""
    (found,) = get_diagnostics(tmp_path, SOURCES["env"], env={"SHOP_BASKET": text})

    assert found.name == "surrounding-blanks"
    assert found.message == (
        'BASKET: white space at the ends of the value (from the variable "SHOP_BASKET")'
    )


def test_debug_of_a_dotenv_file_is_false(tmp_path: Path) -> None:
    """A step for production then runs."""
    text = f"{DOTENV}extensions: [{{use: proxy_fix, when: {{debug: false}}}}]\n"

    app = assemble_text(tmp_path, text, {".env": "DEBUG=False\n"})

    assert app.debug is False
    assert [one.outcome for one in app.extensions["assembler"].steps] == ["done", "done"]


def test_flask_s_keys_are_those_of_its_default_config() -> None:
    """No key is missing, and none is made up."""
    assert FLASK_KEYS.keys() == Flask.default_config.keys()


def test_kinds_hold_for_the_defaults_of_flask() -> None:
    """A default that is a string belongs to a key that takes one."""
    strings = {key for key, value in Flask.default_config.items() if isinstance(value, str)}

    assert [key for key in strings if FLASK_KEYS[key] is not STRING] == []


def test_keys_of_the_catalogue_are_known() -> None:
    """Each row's keys are in the table, and no two rows say one key."""
    rows = [key for entry in TABLE.values() for key in entry.config_keys]

    assert len(set(rows)) == len(rows)
    assert set(rows) <= list_known_keys().keys()
