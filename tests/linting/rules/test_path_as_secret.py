"""Test which paths are told where a secret was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_profile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "path-as-secret"
HEAD = "version: 1\nconfig:\n  - use: values\n    with:\n"


@pytest.mark.parametrize(
    "line",
    [
        "MAIL_PASSWORD: /run/secrets/mail",
        "MAIL_PASSWORD: ~/.mail/password",
        "MAIL_PASSWORD: ./password",
        "API_TOKEN: secrets/token.txt",
        "API_TOKENS: [/etc/shop/token]",
        "SECRET_KEY: ${SECRET_KEY:-/run/secrets/secret_key}",
    ],
)
def test_path_in_place_of_a_secret_is_told(tmp_path: Path, line: str) -> None:
    """Absolute or relative, in a list, as a default."""
    (found,) = lint_profile(tmp_path, f"{HEAD}      {line}\n", RULE)

    assert found.endswith("is a path, not what the file holds")


@pytest.mark.parametrize(
    "line",
    [
        "MAIL_PASSWORD: {$file: /run/secrets/mail}",
        "MAIL_PASSWORD_FILE: /run/secrets/mail",
        "MAIL_PASSWORD: /8Jk3sdAbc/xyz",
        "PASSWORD_RESET_TOKEN: /account/reset",
        "GOOGLE_APPLICATION_CREDENTIALS: /etc/gcp/key.json",
        "SECRET_KEY: ${SECRET_KEY}",
    ],
)
def test_what_is_no_path_is_left_alone(tmp_path: Path, line: str) -> None:
    """A password may hold slashes, and a key may be about a path."""
    assert lint_profile(tmp_path, f"{HEAD}      {line}\n", RULE) == []


def test_key_of_the_step_is_an_error_of_its_own(tmp_path: Path) -> None:
    """Said once, by the rule that says what the step refuses."""
    text = (
        "version: 1\nextensions:\n  - use: secret_key\n    with: {key: /run/secrets/secret_key}\n"
    )

    assert lint_profile(tmp_path, text, RULE) == []
    (found,) = lint_profile(tmp_path, text, "default-secret")
    assert "it is a path, not what the file holds" in found
