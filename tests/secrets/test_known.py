"""Secrets: which keys hold one, and how none reaches a text that is shown."""

from __future__ import annotations

import json
import urllib.parse

import pytest

from assembler.secrets.known import MASK, SECRET_WORDS, is_secret_key
from assembler.secrets.memory import Secrets
from assembler.secrets.text_secrets import mask_text

SECRET_KEYS = [
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "DB_PASSWORD",
    "PGPASSWORD",
    "password",
    "dbPassword",
    "MYSQL_PWD",
    "SMTP_PASS",
    "apiKey",
    "OPENAI_API_KEY",
    "openaiApikey",
    "client-secret",
    "JWT_SECRET_1",
    "AWS_SECRET_ACCESS_KEY",
    "azure.account.key",
    "access_token",
    "API_TOKENS",
    "GOOGLE_CREDENTIALS",
    "SENTRY_DSN",
    "SECURITY_PASSWORD_SALT",
    "privateKey",
    "Authorization",
]
PLAIN_KEYS = [
    "",
    "key",
    "DEBUG",
    "DATABASE_URL",
    "PASSWORD_MIN_LENGTH",
    "TOKEN_TTL",
    "JWT_ACCESS_TOKEN_EXPIRES",
    "SECRET_KEY_FILE",
    "CREDENTIALS_DIRECTORY",
    "secrets_dir",
    "AWS_ACCESS_KEY_ID",
    "MAX_TOKENS",
    "CORS_SUPPORTS_CREDENTIALS",
    "SESSION_COOKIE_NAME",
    "WTF_CSRF_TIME_LIMIT",
    "compass",
    "bypass",
    "tokenizer",
    "secretary",
    "primary_key",
]


@pytest.mark.parametrize("key", SECRET_KEYS)
def test_a_secret_looking_key_is_told(key: str) -> None:
    """Underscores, camel case, dashes and run-together words make no difference."""
    assert is_secret_key(key)


@pytest.mark.parametrize("key", PLAIN_KEYS)
def test_a_key_that_is_only_about_a_secret_is_plain(key: str) -> None:
    """A length, a lifetime, a file name, a word that merely contains one: none is a secret."""
    assert not is_secret_key(key)


@pytest.mark.parametrize("words", SECRET_WORDS)
def test_every_listed_word_makes_a_key_secret(words: str) -> None:
    """What the documentation lists holds, in upper case with a prefix as well."""
    assert is_secret_key(words)
    assert is_secret_key("APP_" + words.upper().replace(" ", "_"))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("postgresql://shop:hunter2@db/shop", "postgresql://shop:***@db/shop"),
        ("postgresql+psycopg2://u:p%40ss@/x?host=run", "postgresql+psycopg2://u:***@/x?host=run"),
        ("redis://:hunter2@cache:6379/0", "redis://:***@cache:6379/0"),
        ("amqp://u:a@b@mq:5672", "amqp://u:***@mq:5672"),
        ("pg://u:a/b@db/shop", "pg://u:***@db/shop"),
        ("pg://h/d?user=u&password=hunter2&x=1", "pg://h/d?user=u&password=***&x=1"),
        ("mssql+pyodbc:///?odbc_connect=DRIVER%3DX", "mssql+pyodbc:///?odbc_connect=***"),
        ("no a://u:p1@h and b://v:p2@i left", "no a://u:***@h and b://v:***@i left"),
        ("http://127.0.0.1:5001/health", "http://127.0.0.1:5001/health"),
        ("postgresql://postgres:@/db?host=run", "postgresql://postgres:@/db?host=run"),
        ("sqlite:///shop.db", "sqlite:///shop.db"),
        ("mail me: a:b@c", "mail me: a:b@c"),
    ],
)
def test_the_password_of_a_url_is_masked(text: str, masked: str) -> None:
    """The password alone goes: user, host and database still help the reader."""
    assert mask_text(text) == masked


def test_a_remembered_secret_is_scrubbed_in_every_spelling() -> None:
    """Quoting for a URL, for JSON or by `repr` does not bring a secret through."""
    secret = 'p@ss "w\\ord\nü/x'  # noqa: S105 - of nobody
    secrets = Secrets()
    secrets.add(secret)
    texts = [
        secret,
        json.dumps(secret),
        repr(secret),
        urllib.parse.quote(secret, safe=""),
        urllib.parse.quote_plus(secret),
    ]
    for text in texts:
        scrubbed = secrets.scrub(f"got {text}!")
        assert MASK in scrubbed
        assert "ord" not in scrubbed


def test_the_longest_secret_goes_first() -> None:
    """A secret that begins like another leaves no tail behind."""
    secrets = Secrets()
    secrets.add("hunter", "hunter2-long")

    assert secrets.scrub("hunter2-long, hunter") == "***, ***"


def test_the_password_inside_a_secret_url_is_a_secret_too() -> None:
    """Drivers print the password without its URL, decoded."""
    secrets = Secrets()
    secrets.add("postgresql://shop:hunter%402@db/shop\n")

    assert secrets.scrub("no login with hunter@2 or hunter%402") == "no login with *** or ***"


def test_a_short_secret_goes_only_where_it_stands_alone() -> None:
    """One character would otherwise mask half of every message."""
    secrets = Secrets()
    secrets.add("1", "", "   ")

    assert secrets.scrub("pin 1 on port 5001") == "pin *** on port 5001"


def test_a_short_word_is_no_part_of_another() -> None:
    """A key that is "secret" must not make a hint unreadable; with a digit it is no word."""
    secrets = Secrets()
    secrets.add("secret", "pass1")
    text = "secret, import secrets, xpass1x"
    assert secrets.scrub(text) == "***, import secrets, x***x"


def test_a_line_of_a_long_secret_is_scrubbed() -> None:
    """A parser's message about a private key quotes one of its lines."""
    secrets = Secrets()
    secrets.add("-----BEGIN KEY-----\nMIIEvQIBADANBg\nend\n-----END KEY-----\n")

    assert secrets.scrub("bad line MIIEvQIBADANBg at the end") == "bad line *** at the end"


def test_secrets_never_show_themselves() -> None:
    """The `repr` of the memory, as in a debugger or a log, holds none of them."""
    secrets = Secrets()
    secrets.add("hunter2")

    assert "hunter2" not in repr(secrets)


def test_scrubbing_without_secrets_masks_urls() -> None:
    """What nobody remembered is still masked by its shape."""
    assert Secrets().scrub("at pg://u:p@h") == "at pg://u:***@h"
