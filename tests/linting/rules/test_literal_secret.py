"""Test which texts of a profile are taken for secrets, and that none of them is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, lint_profile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "literal-secret"
SECRET = "geheim-tr0ub4dor-and-3"  # noqa: S105 - so that it can be looked for
HEAD = "version: 1\nconfig:\n  - use: values\n    with:\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"MAIL_PASSWORD: {SECRET}", '5:22 the secret "MAIL_PASSWORD" is written in the profile'),
        (f"DB_PASWORD: {SECRET}", '5:19 the secret "DB_PASWORD" is written in the profile'),
        (f"A: 'https://a/?access_token={SECRET}'", "5:35 the URL contains a password"),
        (f"MAIL: {{apiToken: {SECRET}}}", '5:24 the secret "apiToken" is written in the profile'),
        (f"TOKENS: [{SECRET}]", '5:16 the secret "TOKENS" is written in the profile'),
        (f"A: 'redis://:{SECRET}@redis/0'", "5:20 the URL contains a password"),
        (f"A: 'amqp://${{USER}}:{SECRET}@mq/0'", "5:10 the URL contains a password"),
        (f"A_TOKEN: ${{A_TOKEN:-{SECRET}}}", "5:27 the default of ${A_TOKEN} is a secret"),
        (f"A: ${{A_TOKEN:-{SECRET}}}", "5:21 the default of ${A_TOKEN} is a secret"),
        (f"A_TOKEN: '${{A-${{B-{SECRET}}}}}'", "5:25 the default of ${B} is a secret"),
        (
            f"A: '${{DB:-mysql://shop:{SECRET}@db.example.org/shop}}'",
            "5:17 the default of ${DB} is a secret",
        ),
        (
            f"PRIVATE_KEY: {{$call: 'shop:decode', with: {{password: {SECRET}}}}}",
            '5:60 the secret "password" is written in the profile',
        ),
        (
            f"A_TOKEN: {{$format: '{SECRET}-{{a}}', with: {{a: {{$config: A}}}}}}",
            '5:26 the secret "A_TOKEN" is written in the profile',
        ),
        (
            f"A: {{$format: 'x://u:{SECRET}@{{a}}', with: {{a: {{$config: A}}}}}}",
            "5:27 the URL contains a password",
        ),
    ],
)
def test_a_secret_is_found_where_it_stands(tmp_path: Path, line: str, said: str) -> None:
    """Under a secret's key at any depth, in a URL, as a default; it is never repeated."""
    found = lint_profile(tmp_path, f"{HEAD}      {line}\n", RULE)

    assert found == [said]
    assert "geheim" not in said


@pytest.mark.parametrize(
    "line",
    [
        "MAIL_PASSWORD: ${MAIL_PASSWORD}",
        "MAIL_PASSWORD: ${MAIL_PASSWORD:-}",
        "MAIL_PASSWORD: ${MAIL_PASSWORD:?set it}",
        "MAIL_PASSWORD: ''",
        "MAIL_PASSWORD:",
        "MAIL_PASSWORD: {$file: mail_password}",
        "MAIL_PASSWORD: {$config: OTHER_PASSWORD}",
        "PASSWORD_MIN_LENGTH: 8",
        "PASSWORD_RESET: true",
        "SECURITY_PASSWORD_HASH: argon2",
        "SECURITY_RESET_PASSWORD_TEMPLATE: security/reset.html",
        "PASSWORD_RESET_TOKEN: /account/reset",
        "PASSWORD_CHECK: shop.auth:check",
        "SECRET_MANAGER: vault",
        "ACCESS_TOKEN_COOKIE: access_token",
        "MAIL_PASSWORD: $MAIL_PASSWORD",  # meant as a variable, which is said
        "TOKEN_CLASS: 'shop.auth:Token'",
        "JWT_TOKEN_LOCATION: headers",
        "A: 'postgresql://shop:shop@db/shop'",
        "A: 'postgresql://shop:${DB_PASSWORD}@db/shop'",
        "A: 'postgresql://shop@db/shop'",
        "A: '${DATABASE_URL:-postgresql://shop:geheim@localhost:5432/shop}'",
        "SENTRY_DSN: https://public@errors.example.org/1",
        "TITLE: 'What is a password?'",
        f"PRIVATE_KEY: {{$call: 'shop:read', args: [{SECRET}, {{a: {SECRET}}}]}}",
        f"PRIVATE_KEY: {{$call: 'shop:read', with: {{name: {SECRET}}}}}",
        "A_TOKEN: {$format: '{a}:{b}', with: {a: {$config: A}, b: {$config: B}}}",
        "A: {$format: 'x://{u}:{p}@h', with: {u: {$config: A}, p: {$config: B}}}",
    ],
)
def test_what_is_no_secret_is_left_alone(tmp_path: Path, line: str) -> None:
    """Variables, files, numbers, what is about a secret, and what protects nothing."""
    assert lint_profile(tmp_path, f"{HEAD}      {line}\n", RULE) == []


def test_the_options_of_every_part_are_looked_at(tmp_path: Path) -> None:
    """The app's, the server's, those of a class and of its init_app, and what is secret by kind."""
    text = f"""\
version: 1
app: {{with: {{api_key: {SECRET}}}}}
extensions:
  - {{use: 'shop.mail:Mail', with: {{password: {SECRET}}}, init: {{token: {SECRET}}}}}
  - {{use: secret_key, with: {{key: {SECRET}, fallbacks: [{SECRET}]}}}}
server: {{with: {{keyfile_password: {SECRET}}}}}
"""
    assert [line.partition(" ")[0] for line in lint_profile(tmp_path, text, RULE)] == [
        "2:23",
        "4:46",
        "4:85",
        "5:35",
        "5:71",
        "6:35",
    ]


@pytest.mark.parametrize("head", ["debug: true", "role: test", "debug: 'yes'"])
def test_a_developers_placeholder_is_let_and_a_real_secret_is_not(
    tmp_path: Path, head: str
) -> None:
    """What is only debugged or tested protects nothing; a key of another service still does."""
    weak = f"{HEAD}      SECRET_KEY: dev\n      MAIL_PASSWORD: test\n{head}\n"
    strong = f"{HEAD}      API_TOKEN: {SECRET}\n{head}\n"

    assert lint_profile(tmp_path, weak, RULE) == []
    assert len(lint_profile(tmp_path, strong, RULE)) == 1


def test_a_placeholder_that_is_refused_anyway_is_left_to_that(tmp_path: Path) -> None:
    """Of SECRET_KEY, where the step `secret_key` is there; without it nobody refuses it."""
    text = f"{HEAD}      SECRET_KEY: change-me\n"

    assert lint_profile(tmp_path, f"{text}extensions: [secret_key]\n", RULE) == []
    assert len(lint_profile(tmp_path, text, RULE)) == 1


def test_a_secret_of_a_base_is_found_once_in_the_base(tmp_path: Path) -> None:
    """An abstract base is looked at as well: it is in the repository too."""
    files = {
        "base.yaml": f"{HEAD}      A_TOKEN: {SECRET}\nabstract: true\n",
        "web.yaml": "version: 1\nextends: base.yaml\n",
        "worker.yaml": "version: 1\nextends: base.yaml\nrole: worker\n",
    }
    (found,) = lint_files(tmp_path, files, RULE)
    assert str(found.place) == "base.yaml:5:16"
