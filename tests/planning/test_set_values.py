"""A known key that a `values` source sets is of its type, or refused at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_profile
from tests.support.projects import assemble_text, get_diagnostics

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "config:\n  - use: values\n    with:\n"
LIST = 'Write a list, such as ["a", "b"].'
REFUSED = [  # the line, what is expected, the string as it is shown, the hint
    ('DEBUG: "False"', "true or false", ' "False"', "Write false, without quotes."),
    ("TESTING: 'maybe'", "true or false", ' "maybe"', "Write true or false."),
    ("COMPRESS_STREAMS: ''", "true or false", ' ""', "Write true or false."),
    ("MAX_CONTENT_LENGTH: 16MB", "a number of bytes", ' "16MB"', "Write 16777216."),
    ("PERMANENT_SESSION_LIFETIME: 12h", "a number of seconds", ' "12h"', "Write 43200."),
    ('MAX_FORM_PARTS: "12"', "an integer", ' "12"', "Write 12, without quotes."),
    ("SERVER_NAME: https://a.example", "a host", ' "https://a.example"', "Write `a.example`."),
    ("SECRET_KEY_FALLBACKS: abc-def", "a list", None, LIST),
]
LITERALS = [
    "DEBUG: false",
    "PERMANENT_SESSION_LIFETIME: 43200",
    "SERVER_NAME: shop.example.com:80",
    "SECRET_KEY: '12345'",
    "SQLALCHEMY_ECHO: debug",
    "TRUSTED_HOSTS: shop.example.com",
    "TITLE: 'false'",
]


@pytest.mark.parametrize("row", REFUSED)
def test_literal_string_for_another_type_is_refused(
    tmp_path: Path, row: tuple[str, str, str | None, str]
) -> None:
    """At the key, before anything runs, and in lint."""
    line, expected, shown, hint = row
    got = "a string" if shown is None else f"the string{shown}"
    message = f"{line.partition(':')[0]}: expected {expected}, got {got}"
    (found,) = get_diagnostics(tmp_path, f"{HEAD}      {line}\n")

    assert (found.name, found.message, found.hint) == ("wrong-config-value", message, hint)
    assert (found.place.span.line, found.place.span.column) == (6, 7)
    assert lint_profile(tmp_path, f"version: 1\n{HEAD}      {line}\n", "wrong-config-value") == [
        f"5:7 {message}"
    ]


@pytest.mark.parametrize("line", LITERALS)
def test_literal_of_the_right_type_stays(tmp_path: Path, line: str) -> None:
    """A string is right where the key takes one, and under a key of the project's own."""
    assert lint_profile(tmp_path, f"version: 1\n{HEAD}      {line}\n", "wrong-config-value") == []


@pytest.mark.parametrize(
    ("line", "env", "expected"),
    [
        ('DEBUG: "${X:-false}"', {}, False),
        ('DEBUG: "${X:-false}"', {"X": "on"}, True),
        ("TESTING: ${X}", {"X": "off"}, False),
        ("TESTING: '${A}${B}'", {"A": "tr", "B": "ue"}, True),
        ('MAX_CONTENT_LENGTH: "${X}"', {"X": "16"}, 16),
        ("SESSION_COOKIE_NAME: ${X}", {"X": "007"}, "007"),
        ("TITLE: '${X}'", {"X": "5"}, "5"),
    ],
)
def test_variable_of_a_known_key_is_typed(
    tmp_path: Path, line: str, env: dict[str, str], expected: object
) -> None:
    """In quotes as well; other keys keep the language's rules."""
    app = assemble_text(tmp_path, f"{HEAD}      {line}\n", env=env)

    value = app.config[line.partition(":")[0]]
    assert (value, type(value)) == (expected, type(expected))


def test_variable_that_is_not_of_the_type_is_refused(tmp_path: Path) -> None:
    """Without its value, which may be a secret in the wrong place."""
    (found,) = get_diagnostics(tmp_path, f'{HEAD}      TESTING: "${{X}}"\n', env={"X": "hunter2"})

    assert found.message == "TESTING: expected true or false, got a string (from ${X})"
    assert found.hint == "Write true or false."


def test_default_that_is_not_of_the_type_is_found_by_lint(tmp_path: Path) -> None:
    """It is wrong in every environment that leaves it in force."""
    text = f"version: 1\n{HEAD}      MAX_CONTENT_LENGTH: ${{X:-16MB}}\n"

    assert lint_profile(tmp_path, text, "wrong-config-value") == [
        "5:7 MAX_CONTENT_LENGTH: expected a number of bytes, got a string (from ${X:-16MB})"
    ]


def test_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    """Flask's own default stays, and the report notes it."""
    app = assemble_text(tmp_path, f"{HEAD}      SESSION_COOKIE_HTTPONLY: '${{X:-}}'\n")

    assert app.config["SESSION_COOKIE_HTTPONLY"] is True
    assert app.extensions["assembler"].notes == [
        "config 'values': SESSION_COOKIE_HTTPONLY is empty (from ${X:-}), which counts as not set"
    ]


def test_file_of_a_known_key_is_typed(tmp_path: Path) -> None:
    """What `$file` reads is a string as well."""
    line = "      TESTING: {$file: testing}\n      MAX_FORM_PARTS: {$file: parts}\n"

    app = assemble_text(tmp_path, HEAD + line, {"testing": "no\n", "parts": "9\n"})

    assert (app.config["TESTING"], app.config["MAX_FORM_PARTS"]) == (False, 9)


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("shop.toml", 'A = 1\nMAX_CONTENT_LENGTH = "16MB"\n', "shop.toml:2:1"),
        ("shop.json", '{"A": "MAX_C",\n "MAX_CONTENT_LENGTH": "16MB"}', "shop.json:2:2"),
        ("shop.yaml", "A: 1\n# MAX_CONTENT_LENGTH: 1\nMAX_CONTENT_LENGTH: 16MB\n", "shop.yaml:3:1"),
    ],
)  # fmt: skip
def test_literal_string_of_a_file_is_refused(
    tmp_path: Path, name: str, text: str, place: str
) -> None:
    """With the key's place in the file."""
    profile = f"config: [{{use: file, with: {{path: {name}}}}}]\n"

    (found,) = get_diagnostics(tmp_path, profile, {name: text})

    assert found.message == (
        f'{place}: MAX_CONTENT_LENGTH: expected a number of bytes, got the string "16MB"'
    )
    assert found.hint == "Write 16777216."
    ((at, _),) = found.related
    assert str(at).endswith(place)


def test_typed_debug_is_compared_with_the_profile_s(tmp_path: Path) -> None:
    """`"false"` is not true, so nothing contradicts."""
    text = f'version: 1\ndebug: false\n{HEAD}      DEBUG: "${{X:-false}}"\n'

    assert lint_profile(tmp_path, text, "debug-conflict") == []
