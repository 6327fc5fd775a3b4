"""Keep secrets out of everything that is printed, logged or stored.

A secret is the value of a secret-looking key, the password in a URL, or what was read from a source
of secrets; the last are remembered by `Secrets`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "HARMLESS_WORDS",
    "MASK",
    "OPAQUE_PARAMETERS",
    "SECRET_WORDS",
    "URL_PARAMETER",
    "URL_PASSWORD",
    "Secrets",
    "find_url_passwords",
    "is_secret_key",
    "iter_value_secrets",
    "mask_url",
]

MASK = "***"

# A key looks like a secret's if one of these stands in it, as whole words (`DB_PASSWORD`,
# `apiKey`, `client-secret`); the single ones also at the end of a word (`PGPASSWORD`).
SECRET_WORDS: tuple[str, ...] = (
    "password", "passwd", "passphrase", "secret", "token", "credential", "apikey", "accesskey",
    "privatekey", "secretkey", "access key", "account key", "api key", "auth key",
    "encryption key", "fernet key", "hmac key", "jwt key", "license key", "master key",
    "private key", "session key", "shared key", "signing key",
)  # fmt: skip
# These are too short to be looked for inside a word.
SHORT_SECRET_WORDS = frozenset({"authorization", "dsn", "pass", "pw", "pwd", "salt"})
# Such a word says that the value is about a secret, and no secret: `PASSWORD_MIN_LENGTH`.
HARMLESS_WORDS: frozenset[str] = frozenset({"allow", "max", "min", "require", "supports", "use"})
HARMLESS_LAST_WORDS = frozenset(
    {
        "age", "algorithm", "bytes", "class", "count", "days", "delta", "enabled", "endpoint",
        "expiration", "expires", "field", "file", "folder", "header", "hours", "id", "length",
        "lifetime", "limit", "location", "method", "minutes", "name", "path", "prefix", "required",
        "rounds", "seconds", "size", "timeout", "ttl", "type", "uri", "url",
    }
)  # fmt: skip

WORD_BREAK = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# The password ends at the last "@" of the authority; one with a "/" in it ends at the first.
# What may be long is bounded, or a text of many beginnings takes the square of its length.
URL_PASSWORD = re.compile(
    r"(?P<head>[A-Za-z][A-Za-z0-9+.\-]{0,63}://[^\s:/@?#]*:)"
    r"(?P<password>[^\s/?#]*|[^\s@\"']{0,1024}+)(?=@)"
)
URL_PARAMETER = re.compile(r"(?P<head>[?&;](?P<key>[\w.\-]+)=)(?P<value>[^&;\s\"'#]+)")
# A driver's own text in a URL: it holds the password by a name of its own.
OPAQUE_PARAMETERS = frozenset({"odbc_connect"})

# Shorter ones are replaced only where they stand alone, or every "1" would be a mask.
SHORT_LENGTH = 4
# So are shorter words, or a password that is "secret" would mask a part of every "secrets".
WORD_LENGTH = 8
# A line of a longer secret, as of a private key, that is worth hiding by itself.
LINE_LENGTH = 8


@lru_cache(maxsize=4096)  # a profile's keys are few, and asked about at every start
def is_secret_key(key: str) -> bool:
    """Return whether the value of ``key`` is a secret, by the words in the key."""
    words = [word.lower() for word in WORD_BREAK.split(key) if word]
    if not words or words[-1] in HARMLESS_LAST_WORDS or HARMLESS_WORDS.intersection(words):
        return False
    if SHORT_SECRET_WORDS.intersection(words):
        return True
    singular = [word if word.endswith("ss") else word.removesuffix("s") for word in words]
    text = f" {' '.join(singular)} "
    # A word at its end needs no break before it: `PGPASSWORD`; a phrase does.
    return any(f"{' ' if ' ' in phrase else ''}{phrase} " in text for phrase in SECRET_WORDS)


def mask_url(text: str) -> str:
    """Return ``text`` with the password of every URL masked, also in its query."""
    if "://" not in text:
        return text
    text = URL_PASSWORD.sub(_mask_password, text)
    return URL_PARAMETER.sub(_mask_parameter, text)


def find_url_passwords(text: str) -> list[str]:
    """Return the password of every URL in ``text``, unless it equals the user name.

    That name is in every message about the connection, and often in the project's own names.
    """
    if "://" not in text:
        return []
    return [
        found["password"]
        for found in URL_PASSWORD.finditer(text)
        if found["head"].rpartition("/")[2] != f"{found['password']}:"
    ]


def _mask_password(match: re.Match[str]) -> str:
    return match["head"] + (MASK if match["password"] else "")


def _mask_parameter(match: re.Match[str]) -> str:
    key = match["key"]
    return match["head"] + MASK if is_secret_key(key) or key in OPAQUE_PARAMETERS else match[0]


def iter_value_secrets(value: object, *, key: str | None = None) -> Iterator[str]:
    """Yield every string in ``value`` below a secret key, and every URL's password."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            is_secret = isinstance(name, str) and is_secret_key(name)
            yield from iter_value_secrets(inner, key=name if is_secret else key)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from iter_value_secrets(item, key=key)
    elif isinstance(value, (str, bytes)):
        text = value if isinstance(value, str) else value.decode("utf-8", "ignore")
        yield from find_url_passwords(text)
        if key is not None:
            yield text


@dataclass(slots=True)
class Secrets:
    """Known secrets, to be masked in texts."""

    values: set[str] = field(default_factory=set, repr=False)
    _pattern: re.Pattern[str] | None = field(default=None, repr=False)

    def add(self, *values: str) -> None:
        """Remember secrets, with their parts and other spellings."""
        for value in values:
            self.values.update(form for part in _iter_parts(value) for form in _iter_forms(part))
        self._pattern = None

    def scrub(self, text: str) -> str:
        """Return ``text`` with every known secret and every URL's password masked."""
        if not self.values:
            return mask_url(text)
        if self._pattern is None:
            self._pattern = _build_pattern(self.values)
        return mask_url(self._pattern.sub(MASK, text))


def _iter_parts(value: str) -> list[str]:
    """Return the secret, its longer lines, and the password of a URL in it."""
    parts = [value, value.strip()]
    parts += [line.strip() for line in value.splitlines() if len(line.strip()) >= LINE_LENGTH]
    parts += [found["password"] for found in URL_PASSWORD.finditer(value)]
    return [part for part in parts if part.strip()]


def _iter_forms(part: str) -> set[str]:
    """Return the spellings of a secret: as it is, in a URL, in JSON, in a `repr`."""
    forms = {part, unquote(part), quote(part, safe=""), quote_plus(part)}
    forms |= {json.dumps(part)[1:-1], json.dumps(part, ensure_ascii=False)[1:-1], repr(part)[1:-1]}
    return forms


def _stands_alone(value: str) -> bool:
    length = WORD_LENGTH if value.isalpha() else SHORT_LENGTH
    return len(value) < length


def _build_pattern(values: set[str]) -> re.Pattern[str]:
    """Match the longest first, so that no part of a secret remains."""
    ordered = sorted(values, key=lambda value: (-len(value), value))
    return re.compile(
        "|".join(
            rf"(?<!\w){re.escape(value)}(?!\w)" if _stands_alone(value) else re.escape(value)
            for value in ordered
        )
    )
