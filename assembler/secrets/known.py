"""Recognize a secret by the key that it is under."""

from __future__ import annotations

import re
from functools import lru_cache

from assembler.diagnostics.suggestion import count_typos

__all__ = ["HARMLESS_WORDS", "MASK", "SECRET_WORDS", "is_secret_key"]

MASK = "***"

# A key looks like a secret's if one of these stands in it, as whole words (`DB_PASSWORD`,
# `apiKey`, `client-secret`); the single ones also at the end of a word (`PGPASSWORD`), or with
# one typo in them (`pasword`).
SECRET_WORDS: tuple[str, ...] = (
    "password", "passwd", "passphrase", "secret", "token", "credential", "apikey", "accesskey",
    "privatekey", "secretkey", "access key", "account key", "api key", "auth key",
    "encryption key", "fernet key", "hmac key", "jwt key", "license key", "master key",
    "private key", "sas key", "session key", "shared key", "signing key", "sse customer key",
)  # fmt: skip
# These are too short to be looked for inside a word.
SHORT_SECRET_WORDS = frozenset({"authorization", "dsn", "pass", "pw", "pwd", "salt"})
# Such a word says that the value is about a secret, and no secret: `PASSWORD_MIN_LENGTH`.
HARMLESS_WORDS: frozenset[str] = frozenset({"allow", "max", "min", "require", "supports", "use"})
HARMLESS_LAST_WORDS = frozenset(
    {
        "age", "algorithm", "bytes", "class", "count", "days", "delta", "dir", "directory",
        "enabled", "endpoint", "expiration", "expires", "field", "file", "folder", "header",
        "hours", "id", "length", "lifetime", "limit", "location", "method", "minutes", "name",
        "path", "prefix", "required", "rounds", "seconds", "size", "timeout", "ttl", "type", "uri",
        "url",
    }
)  # fmt: skip

WORD_BREAK = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
SHORT_LENGTH = 3  # an abbreviation, whose s makes no plural: a `sas_key`
# Shorter words are too near to others: only two swapped characters count as a typo there.
LEAST_LENGTH_OF_TYPOS = 6
# No typos, but words of their own.
OTHER_WORDS = frozenset({"passed", "secrete"})


@lru_cache(maxsize=4096)  # a profile's keys are few, and asked about at every start
def is_secret_key(key: str) -> bool:
    """Return whether the value of ``key`` is a secret, by the words in the key."""
    words = [word.lower() for word in WORD_BREAK.split(key) if word]
    if not words or words[-1] in HARMLESS_LAST_WORDS or HARMLESS_WORDS.intersection(words):
        return False
    if SHORT_SECRET_WORDS.intersection(words):
        return True
    singular = [
        word if word.endswith("ss") or len(word) <= SHORT_LENGTH else word.removesuffix("s")
        for word in words
    ]
    text = f" {' '.join(singular)} "
    # A word at its end needs no break before it: `PGPASSWORD`; a phrase does.
    return any(
        f"{' ' if ' ' in phrase else ''}{phrase} " in text for phrase in SECRET_WORDS
    ) or any(map(_is_misspelt, singular))


@lru_cache(maxsize=4096)
def _is_misspelt(word: str) -> bool:
    """Return whether a word is one of a secret, but for one typo."""
    return word not in OTHER_WORDS and any(
        abs(len(word) - len(meant)) <= 1
        and word[0] == meant[0]
        and (len(meant) >= LEAST_LENGTH_OF_TYPOS or sorted(word) == sorted(meant))
        and count_typos(word, meant) == 1
        for meant in SECRET_WORDS
    )
