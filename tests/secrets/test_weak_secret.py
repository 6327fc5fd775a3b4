"""Placeholders that stand where a secret should."""

from __future__ import annotations

import secrets

import pytest

from assembler.secrets.weak_secret import FILE_HINT, HINT, LIMIT_BYTES, find_weakness, get_remedy


@pytest.mark.parametrize(
    "secret",
    [
        "dev",
        "changeme",
        "secret",
        "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET",
        "your-secret-key-change-this-in-production",
        "you-will-never-guess",
        "super secret key!!!",
        "dev-secret-key-123",
        b"this is a very secret key",
        b'_5#y2L"F4Q8z\n\xec]/',
    ],
)
def test_a_placeholder_is_known_in_any_spelling(secret: str | bytes) -> None:
    """Long ones too, which would pass for a secret by their length."""
    assert find_weakness(secret) == "it is a known default"


@pytest.mark.parametrize("secret", ["", b"", "   ", "\n"])
def test_nothing_is_empty(secret: str | bytes) -> None:
    """A file with only a line break holds no secret."""
    assert find_weakness(secret) == "it is empty"


def test_length_is_counted_in_bytes() -> None:
    """One byte less than the limit is too short."""
    assert find_weakness("q7#Zk2!vX0pLw9m") == "it is too short: expected 16 bytes or more, got 15"
    assert find_weakness("q7#Zk2!vX0pLw9mé") is None


@pytest.mark.parametrize("secret", ["0" * 32, "12345" * 7, b"\0" * 32])
def test_a_run_of_the_same_is_no_secret(secret: str | bytes) -> None:
    """Length alone does not make it hard to guess."""
    assert (find_weakness(secret) or "").startswith("it repeats itself")


def test_what_the_hint_makes_is_strong() -> None:
    """The remedy is clean; so is the shortest key that the limit lets through, and bytes."""
    assert find_weakness(secrets.token_hex(32)) is None
    assert find_weakness(secrets.token_bytes(32)) is None
    assert find_weakness(bytes([1, 2, 3, 4, 5, 6, 7, 8, 9, 97, 11, 12, 13, 14, 15, 16])) is None
    assert find_weakness("g8Kq1zPw5Yt7Rb3X"[:LIMIT_BYTES]) is None


@pytest.mark.parametrize(
    ("secret", "weakness", "remedy"),
    [
        (
            "$SECRET_KEY_OF_THE_SHOP",
            "it is the name of a variable, not its value",
            "Write the variable as `${NAME}`.",
        ),
        ("/run/secrets/shop_key", "it is a path, not what the file holds", FILE_HINT),
        (b"/run/secrets/shop_key", "it is a path, not what the file holds", FILE_HINT),
        ("changeme", "it is a known default", HINT),
        (b"changeme", "it is a known default", HINT),
    ],
)
def test_remedy_fits_what_stands_in_place_of_the_secret(
    secret: str | bytes, weakness: str, remedy: str
) -> None:
    """A variable that is not filled in and a file that is not read are no keys, however long."""
    assert find_weakness(secret) == weakness
    assert get_remedy(secret) == remedy


def test_remedy_for_no_secret_at_all_is_a_new_one() -> None:
    """As where the key is not set, or is a number."""
    assert get_remedy(None) == get_remedy(12) == HINT
