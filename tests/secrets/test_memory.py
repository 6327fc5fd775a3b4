"""What a process knows to be secret is masked: in full, in pieces, and where it was cut."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import pytest
from pydantic import SecretStr

from assembler.secrets.memory import Secrets, iter_environment_secrets, iter_value_secrets


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
        ({"TOKENS": [4815162342, {"a": 1234567}]}, {"4815162342", "1234567"}),
        ({"TOKENS": {"a": (4815162342,)}}, {"4815162342"}),
        ({"A": SecretStr("geheim-1")}, {"geheim-1"}),
        ({"URL": Url("h", "geheim-1")}, {"geheim-1"}),
        ({"TOKEN": 7, "SECRET": True, "PASSWORD": None}, set()),
        ({"URI": "host=h password=geheim-1"}, {"geheim-1"}),
        ([("api_key", "abcd"), ("name", "efgh"), ["token", "ijkl"]], {"abcd"}),
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
        "PIN_SECRET": "12",
        "DATABASE_URL": "pg://u:geheim-2@h",
        "PWD": "/work/shop",
        "OTHER_TOKEN": "/run/secrets/token",
    }
    assert set(iter_environment_secrets(env)) == {"geheim-1", "geheim-2"}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("got 'abcdefghijklm…'", "got '***…'"),
        ("got 'abcdefghijklm...rest-of-it'", "got '***...***'"),
        ("input_value='abcdefg...pqrstuvwxyz'", "input_value='***...***'"),
        ("waiting…", "waiting…"),
        ("see a b c…", "see a b c…"),
        ("abcdefghijklmnopqrstuvwxyz...", "***..."),
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
