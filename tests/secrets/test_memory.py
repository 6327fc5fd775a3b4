"""What a process knows to be secret is masked: in full, in pieces, and where it was cut."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import pytest
from pydantic import SecretStr

from assembler.diagnostics.diagnostic import Diagnostic, Place, Related, Severity
from assembler.secrets.memory import (
    Secrets,
    build_environment_secrets,
    iter_environment_secrets,
    iter_value_secrets,
)


class Url(NamedTuple):
    """As SQLAlchemy's is."""

    host: str
    password: str


@pytest.mark.parametrize(
    ("value", "secrets"),
    [
        ({"API_TOKEN": 4815162342}, {"4815162342"}),
        ({"API_TOKEN": 48151.5}, {"48151.5"}),
        ({"API_TOKEN": Decimal("48151.50")}, {"48151.50"}),
        ({"API_TOKEN": UUID(int=4815)}, {"00000000-0000-0000-0000-0000000012cf"}),
        ({"PIN_TOKEN": 4711}, {"4711"}),
        ({"PORT": 50001}, set()),
        ({"TOKENS": [4815162342, {"a": 1234567}]}, {"4815162342", "1234567"}),
        ({"TOKENS": {"a": (4815162342,)}}, {"4815162342"}),
        ({"A": SecretStr("geheim-1")}, {"geheim-1"}),
        ({"URL": Url("h", "geheim-1")}, {"geheim-1"}),
        ({"TOKEN": 7, "SECRET": True, "PASSWORD": None}, set()),
        ({"URI": "host=h password=geheim-1"}, {"geheim-1"}),
        ([("api_key", "abcd"), ("name", "efgh"), ["token", "ijkl"]], {"abcd"}),
        ({"SECRET_KEY_FALLBACKS": ("geheim-1", "geheim-2")}, {"geheim-1", "geheim-2"}),
        ({"URLS": ("pg://u:geheim-1@h", "pg://h")}, {"geheim-1"}),
        ({"SECRET_KEY_FALLBACKS": ("old-secret", "geheim-2")}, {"old-secret", "geheim-2"}),
    ],
)
def test_secret_of_any_type_is_found(value: object, secrets: set[str]) -> None:
    """A number as a string would be; a short one is only masked under its key."""
    assert set(iter_value_secrets(value)) == secrets


def test_environment_gives_what_is_named_like_a_secret() -> None:
    """Not what is so common that it would mask half of every message."""
    env = {
        "SHOP_API_TOKEN": "geheim-1",
        "POSTGRES_PASSWORD": "postgres",
        "SECRET_KEY": "dev",
        "APP_SECRET": "changeme",
        "PIN_SECRET": "123",
        "TAN_SECRET": "1234",
        "DATABASE_URL": "pg://u:geheim-2@h",
        "PWD": "/data/shop",
        "OLDPWD": "/data/shops",
        "OTHER_TOKEN": "/run/secrets/token",
    }
    assert set(iter_environment_secrets(env)) == {"geheim-1", "geheim-2", "1234"}


@pytest.mark.parametrize(
    "word",
    ["admin", "false", "guest", "none", "null", "off", "postgres", "root", "true", "user"],
)
def test_word_of_every_message_is_no_secret_of_the_environment(word: str) -> None:
    """A password that anybody would guess must not make messages unreadable, in any case."""
    env = {"DB_PASSWORD": word, "API_TOKEN": word.title()}

    assert build_environment_secrets(env).scrub(f"got {word} or {word.title()}") == (
        f"got {word} or {word.title()}"
    )


def test_what_the_environment_holds_is_masked() -> None:
    """In any message, under whatever name it was read."""
    secrets = build_environment_secrets({"SHOP_API_TOKEN": "geheim-1", "SHOP_NAME": "the shop"})

    assert secrets.scrub("the shop sent geheim-1") == "the shop sent ***"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("got 'abcdefghijklm…'", "got '***…'"),
        ("got 'abcdefghijklm...rest-of-it'", "got '***...***'"),
        ("input_value='abcdefg...pqrstuvwxyz'", "input_value='***...***'"),
        ("waiting…", "waiting…"),
        ("see a b c…", "see a b c…"),
        ("abcdefghijklmnopqrstuvwxyz...", "***..."),
        ("abcdefghijklmnopqrstuvwxy…", "***…"),
        ("abcd…", "***…"),
        ("abc…", "abc…"),
        ("abcdomen…", "abcdomen…"),
        ("abcdefg is new, waiting…", "abcdefg is new, waiting…"),
    ],
)
def test_secret_that_was_cut_is_masked(text: str, masked: str) -> None:
    """Its beginning before an ellipsis, and its end after one."""
    secrets = Secrets()
    secrets.add("abcdefghijklmnopqrstuvwxyz", "x-rest-of-it")

    assert secrets.scrub(text) == masked


def test_a_long_text_of_dots_is_masked_at_once() -> None:
    """A reader may have sent it: to begin anew at each of them would take hours."""
    secrets = Secrets()
    secrets.add("abcdefghijklmnopqrstuvwxyz", *(f"{number}-rest-of-it" for number in range(100)))
    dots = "." * 1_000_000

    assert secrets.scrub(f"{dots}wxyz and abcdef{dots}") == f"{dots}*** and ***{dots}"


def test_name_of_a_variable_is_not_remembered() -> None:
    """`$SECRET_KEY` where `${SECRET_KEY}` was meant says nothing that must be hidden."""
    secrets = Secrets()
    secrets.add("$SECRET_KEY", "{{ SECRET_KEY }}")

    assert secrets.scrub("write ${SECRET_KEY}, not $SECRET_KEY") == (
        "write ${SECRET_KEY}, not $SECRET_KEY"
    )


@pytest.mark.parametrize(
    ("secret", "text", "masked"),
    [
        ("geheim\n", "got geheim", "got ***"),
        ("\ngeheim", r"got '\ngeheim'", "got '***'"),
        (r"a\b%41cdef", r"got a\b%41cdef", "got ***"),
    ],
)
def test_secret_is_masked_as_it_is_and_as_it_was_written(
    secret: str, text: str, masked: str
) -> None:
    """A file ends with a line break that no reader keeps; a backslash is doubled elsewhere."""
    secrets = Secrets()
    secrets.add(secret)

    assert secrets.scrub(text) == masked


def test_diagnostic_says_no_secret_in_any_of_its_parts() -> None:
    """Neither in its message nor in its hint, nor about other places; all else is kept."""
    secrets = Secrets()
    secrets.add("geheim-1")
    place = Place("web.yaml")
    told = Diagnostic(
        "ASM999", "test", Severity.ERROR, "got geheim-1", place, "Drop geheim-1.",
        (Related(place, "first geheim-1"), Related(place, "then geheim-1")),
    )  # fmt: skip
    plain = Diagnostic("ASM999", "test", Severity.INFO, "got it", place)

    assert secrets.mask_diagnostics([told, plain]) == [
        Diagnostic(
            "ASM999", "test", Severity.ERROR, "got ***", place, "Drop ***.",
            (Related(place, "first ***"), Related(place, "then ***")),
        ),
        plain,
    ]  # fmt: skip
