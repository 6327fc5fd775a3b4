"""Test that a line which is shown holds no secret, and is else as it was written."""

from __future__ import annotations

from itertools import pairwise

import pytest

from assembler.secrets.line_secrets import LIMIT_CHARACTERS, find_line_secrets


def mask(line: str) -> str:
    """Return ``line`` with a star for each secret."""
    for start, end in reversed(find_line_secrets(line)):
        line = f"{line[:start]}*{line[end:]}"
    return line


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("  SECRET_KEY: abc # why", "  SECRET_KEY: * # why"),
        ("'api-key' : 12", "'api-key' : *"),
        ("PASSWORD: a,b#c d", "PASSWORD: *"),
        ("{SECRET_KEY: 'a b', X: 1}", "{SECRET_KEY: '*', X: 1}"),
        ("{X: {}, API_KEY: a, B: 2}", "{X: {}, API_KEY: *, B: 2}"),
        ('PASSWORD: "not closed', 'PASSWORD: "*'),
        ("TOKENS: [a, b]", "TOKENS: *"),
        ("PASSWORD: &anchor abc", "PASSWORD: *"),
        ("PASSWORD: *hunter2", "PASSWORD: *"),
        ("PASSWORD: hunter #2", "PASSWORD: *"),
        ("PASSWORD: hunter # a comment", "PASSWORD: * # a comment"),
        ("PASSWORD: ${Xhunter2", "PASSWORD: *"),
        ("SECRET_KEY:hunter2", "SECRET_KEY:*"),
        ("with: {key: hunter2}", "with: {key: *}"),
        ("fallbacks: [hunter2]", "fallbacks: *"),
        ("use: shop.token:Token", "use: shop.token:Token"),
        ("PASSWORD: a${X}b", "PASSWORD: *"),
        ("SECRET_KEY: ${KEY:-geheim}", "SECRET_KEY: ${KEY:-*}"),
        ("uri: x://${DB_PASSWORD:-pw}@h", "uri: x://${DB_PASSWORD:-*}@h"),
        ("uri: postgres://u:pw@h/db?password=x&a=b", "uri: postgres://u:*@h/db?password=*&a=b"),
        ("# uri: postgres://u:pw@h", "# uri: postgres://u:*@h"),
        ("{PASSWORD: postgres://u:pw@h, X: 1}", "{PASSWORD: *, X: 1}"),
    ],
)
def test_what_stands_for_a_secret_is_found(line: str, masked: str) -> None:
    """Under a secret's key, in place of its variable, as the password of a URL."""
    assert mask(line) == masked


@pytest.mark.parametrize(
    "line",
    [
        "SECRET_KEY: ${SECRET_KEY}",
        "SECRET_KEY: {{ SECRET_KEY }}",
        "with: {key: {{ SECRET_KEY }}}",
        "SECRET_KEY: '${SECRET_KEY:-}'",
        "SECRET_KEY: ${SECRET_KEY:?ask the person on call}",
        "SECRET_KEY: {$file: /run/secrets/key}",
        "PASSWORD: |",
        "PASSWORD: null",
        "SECRET_KEY: # below",
        "PASSWORD_MIN_LENGTH: 12",
        "use: secret_key",
        "uri: postgres://${DB_USER}:${DB_PASSWORD}@h/db",
        "SECRET_KEY:",
        'SECRET_KEY: "',
        "{SECRET_KEY: }",
    ],
)
def test_what_gives_nobody_away_is_left_alone(line: str) -> None:
    """A variable's name, where a secret is, a word."""
    assert find_line_secrets(line) == []


@pytest.mark.parametrize("part", ["SECRET: ", "SECRET : {", "a://b:", "${TOKEN:-", "'", " ", "x"])
def test_a_line_of_any_length_is_read_in_no_time(part: str) -> None:
    """Of one that is too long to be read by anybody, all is a secret."""
    line = f"a: {part * LIMIT_CHARACTERS}"

    assert find_line_secrets(line) == [(0, len(line))]
    assert len(find_line_secrets(line[:LIMIT_CHARACTERS])) < LIMIT_CHARACTERS


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("TOKEN: x://u:p@h", "TOKEN: *"),
        ("TOKEN: x://h?password=a", "TOKEN: *"),
        ("TOKEN: a${SECRET:-b}c", "TOKEN: *"),
        ("SECRETS: {password: a, token: b}", "SECRETS: *"),
        ("A: ${TOKEN:-x://u:p@h}", "A: ${TOKEN:-*}"),
        ("A: x://u:p@h, B: y://v:q@i", "A: x://u:*@h, B: y://v:*@i"),
        ("{A: 1, PASSWORD: x, TOKEN: y}", "{A: 1, PASSWORD: *, TOKEN: *}"),
        ("'token': 12-34-geheim", "'token': *"),
        ('"tokens": [1, 2], geheim', '"tokens": *'),
    ],
)
def test_secret_inside_a_secret_is_masked_once(line: str, masked: str) -> None:
    """The outer span covers the inner one."""
    assert mask(line) == masked
    spans = find_line_secrets(line)
    assert spans == sorted(spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ('TOKEN: "a b" # c', 'TOKEN: "*" # c'),
        ('TOKEN: "a # b" # c', 'TOKEN: "*" # c'),
        ("TOKEN: 'a # b' # c", "TOKEN: '*' # c"),
        ('{TOKEN: "a, b", C: d}', '{TOKEN: "*", C: d}'),
        ("TOKEN: 'a ''b'' c' # d", "TOKEN: '*' # d"),
        ('TOKEN: "a \\" b" # c', 'TOKEN: "*" # c'),
        ('TOKEN: "${X:-abc}"', 'TOKEN: "${X:-*}"'),
        ('TOKEN: "${X:-abc}d"', 'TOKEN: "*"'),
        ("TOKEN: ${X:-abc", "TOKEN: *"),
        ("TOKEN: ${X}", "TOKEN: ${X}"),
        ("TOKEN: ''", "TOKEN: ''"),
        ('TOKEN: ""', 'TOKEN: ""'),
        ("TOKEN: ~", "TOKEN: ~"),
        ("TOKEN: 'a'", "TOKEN: '*'"),
        ("{TOKEN: a, B: c}", "{TOKEN: *, B: c}"),
        ("{A: {}, TOKEN: b c, D: e}", "{A: {}, TOKEN: *, D: e}"),
        ("A: {b: c}, TOKEN: d, e", "A: {b: c}, TOKEN: *"),
        ("{TOKENS: [a, b], C: d}", "{TOKENS: *"),
        ("uri: x:///?odbc_connect=abc&b=c", "uri: x:///?odbc_connect=*&b=c"),
        ("uri: x://${U:-a}:p@h", "uri: x://${U:-a}:*@h"),
        ("uri: x://u:${X:-p}@h", "uri: x://u:${X:-p}@h"),
        ("uri: ${A:-x://u:p@h}", "uri: ${A:-x://u:*@h}"),
        ("uri: x://u:${X}p@h", "uri: x://u:*@h"),
    ],
)
def test_span_of_a_secret_is_its_value_alone(line: str, masked: str) -> None:
    """Quotes, comments, and what follows in a mapping are left."""
    assert mask(line) == masked


def test_line_up_to_the_limit_is_searched() -> None:
    """One character more, and all of it is a secret."""
    line = "TOKEN: a # ".ljust(LIMIT_CHARACTERS, "x")

    assert find_line_secrets(line) == [(7, 8)]
    assert find_line_secrets(f"{line}x") == [(0, LIMIT_CHARACTERS + 1)]
