"""Secrets that show by their shape: in URLs, in connection strings, after a name."""

from __future__ import annotations

import pytest

from assembler.secrets.line_secrets import find_line_secrets
from assembler.secrets.text_secrets import find_value_secrets, mask_text, names_variable

TOKEN = "ghp_0123456789abcdefABCDEF"  # noqa: S105 - of nobody


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("pg://shop:P@ssw0rd@host/db", "pg://shop:***@host/db"),
        ("pg://shop:a@b@c@host/db", "pg://shop:***@host/db"),
        ("pg://shop:a/b?c#d@e:f@host/db", "pg://shop:***@host/db"),
        ("pg://shop:it's\"quoted@host/db", "pg://shop:***@host/db"),
        ("'pg://u:p@ss@h', 'pg://v:q@i'", "'pg://u:***@h', 'pg://v:***@i'"),
        ("pg://u:p@h/d refused, mail a@b", "pg://u:***@h/d refused, mail a@b"),
        (f"https://{TOKEN}@github.com/a/b.git", "https://***@github.com/a/b.git"),
        (f"https://{TOKEN}:x-oauth-basic@github.com/a", "https://***:***@github.com/a"),
        (
            "https://0123456789abcdef0123456789abcdef@o1.example.org/2",
            "https://***@o1.example.org/2",
        ),
        ("https://shop_reader_of_reports@h/d", "https://shop_reader_of_reports@h/d"),
        ("https://h/c?sv=1&sig=aB%2Bc%3D&se=2", "https://h/c?sv=1&sig=***&se=2"),
        ("https://h/c?X-Amz-Signature=abc&x=1", "https://h/c?X-Amz-Signature=***&x=1"),
        ("host=h password=geheim user=u", "host=h password=*** user=u"),
        ("host=h password='ge heim' user=u", "host=h password='***' user=u"),
        ("Server=h;Uid=u;Pwd={ge heim};X=1", "Server=h;Uid=u;Pwd=***;X=1"),
        ("Uid=u;Pwd={ge}heim;X=1", "Uid=u;Pwd=***;X=1"),
        ("AccountName=a;AccountKey=aB+c==;X=1", "AccountName=a;AccountKey=***;X=1"),
        ("Endpoint=sb://h/;SharedAccessKey=aB=", "Endpoint=sb://h/;SharedAccessKey=***"),
        ("['SECRET_KEY=geheim', 'DEBUG=1']", "['SECRET_KEY=***', 'DEBUG=1']"),
        ("{'API_TOKEN': 7, 'PORT': 8}", "{'API_TOKEN': ***, 'PORT': 8}"),
        ('{"api_key": "geheim", "name": "b"}', '{"api_key": "***", "name": "b"}'),
        ("{'PINS_SECRET': [1, 2]}", "{'PINS_SECRET': ***}"),
        ("'password': expected a string", "'password': expected a string"),
        ("Write `SECRET_KEY=${SECRET_KEY}`", "Write `SECRET_KEY=${SECRET_KEY}`"),
        ("PASSWORD_FILE=/run/x TOKEN_TTL=3", "PASSWORD_FILE=/run/x TOKEN_TTL=3"),
        ("pasword=geheim", "pasword=***"),
        ("pg://h:5/d?user=u&password=P@ssw0rd&a=b", "pg://h:***&a=b"),
        ("pg://h:5/d?sslpassword=a@b@c", "pg://h:***"),
        ("pg://h:5/d?password=P@ss&a=b token=geheim", "pg://h:***&a=b token=***"),
        ("https://shop-0123456789abcdef/a@b", "https://shop-0123456789abcdef/a@b"),
        ("host=h password='geheim", "host=h password='***"),
        ("host=h password='' user=u", "host=h password='' user=u"),
        ("[connect(token=xgeheimx), retry]", "[connect(token=***), retry]"),
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str, masked: str) -> None:
    """And nothing around it; masking again changes nothing."""
    assert mask_text(text) == masked
    assert mask_text(masked) == masked


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        ("raw_env: [SECRET_KEY=geheim, A=1]", "raw_env: [SECRET_KEY=*, A=1]"),
        ("- 'DB_PASSWORD=geheim'", "- 'DB_PASSWORD=*'"),
        ("pasword: geheim", "pasword: *"),
        ("uri: pg://u:P@ssw0rd@h/d", "uri: pg://u:*@h/d"),
        ("uri: host=h password=geheim", "uri: host=h password=*"),
    ],
)
def test_line_is_shown_without_what_looks_like_a_secret(line: str, masked: str) -> None:
    """In an excerpt as in a message."""
    shown = line
    for start, end in reversed(find_line_secrets(line)):
        shown = f"{shown[:start]}*{shown[end:]}"
    assert shown == masked


@pytest.mark.parametrize(
    ("value", "secrets"),
    [
        ("pg://shop:P@ssw0rd@host/db", {"P@ssw0rd", "ssw0rd"}),
        ("pg://shop:pass word@x@host/db", {"pass word@x", "pass", "word"}),
        ("pg://shop:pass word@host/db", {"pass word", "pass", "word"}),
        ("pg://shop:b@s@geheim@host/db", {"b@s@geheim", "geheim"}),
        ("pg://shop:shop@host/db", set()),
        ("host=h password=geheim1", {"geheim1"}),
        ("no secret", set()),
    ],
)
def test_pieces_of_a_password_are_secrets_too(value: str, secrets: set[str]) -> None:
    """A driver takes a URL apart at the first `@` and quotes what it took for the host.

    Not those that are so short that they would mask others.
    """
    assert set(find_value_secrets(value)) == secrets


@pytest.mark.parametrize(
    ("text", "is_name"),
    [
        ("$SECRET_KEY", True),
        ("$PASSWORD", True),
        ("{{ SECRET_KEY }}", True),
        ("$(SECRET_KEY)", True),
        ("%(SECRET_KEY)s", True),
        ("${SECRET_KEY", True),
        ("${SECRET_KEY}", True),
        ("$SHOP_NAME", True),
        ("$(SECRET_KEY", False),
        ("$SECRET_KEY)s", False),
        ("$ECRET", False),
        ("$ecret_key", False),
        ("a$SECRET_KEY", False),
    ],
)
def test_name_of_a_variable_is_no_secret(text: str, is_name: bool) -> None:  # noqa: FBT001 - from a table
    """A password may begin with a dollar."""
    assert names_variable(text) is is_name


@pytest.mark.parametrize(
    "part", ["a://", "a://a:", "@a://", "a=", "'a':'", "'token':[", "a.-", "x"]
)
def test_long_text_is_searched_in_linear_time(part: str) -> None:
    """A pattern that took the square of it would need hours here."""
    text = part * 200_000

    assert isinstance(mask_text(text), str)
