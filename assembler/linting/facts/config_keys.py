"""List the config keys that Flask and well-known extensions read, and find the one meant."""

from __future__ import annotations

from functools import lru_cache
from operator import ne

from assembler.diagnostics.suggestion import count_typos
from assembler.steps.known_keys import list_known_keys

__all__ = ["KEYS", "KNOWN", "find_near_key"]

# By who reads them, as its documentation or its code lists them. What only a project's own code
# reads is missing on purpose: `REDIS_URL` is called REDIS_URI by whoever prefers that.
KEYS: dict[str, tuple[str, ...]] = {
    "Flask and the catalogue": tuple(sorted(list_known_keys())),
    # Flask-JWT-Extended 4, "Configuration Options"
    "Flask-JWT-Extended": (
        "JWT_ACCESS_COOKIE_NAME", "JWT_ACCESS_COOKIE_PATH", "JWT_ACCESS_CSRF_COOKIE_NAME",
        "JWT_ACCESS_CSRF_COOKIE_PATH", "JWT_ACCESS_CSRF_FIELD_NAME", "JWT_ACCESS_CSRF_HEADER_NAME",
        "JWT_ACCESS_TOKEN_EXPIRES", "JWT_ALGORITHM", "JWT_COOKIE_CSRF_PROTECT",
        "JWT_COOKIE_DOMAIN", "JWT_COOKIE_SAMESITE", "JWT_COOKIE_SECURE", "JWT_CSRF_CHECK_FORM",
        "JWT_CSRF_IN_COOKIES", "JWT_CSRF_METHODS", "JWT_DECODE_ALGORITHMS",
        "JWT_DECODE_AUDIENCE", "JWT_DECODE_ISSUER", "JWT_DECODE_LEEWAY", "JWT_ENCODE_AUDIENCE",
        "JWT_ENCODE_ISSUER", "JWT_ENCODE_NBF", "JWT_ERROR_MESSAGE_KEY", "JWT_HEADER_NAME",
        "JWT_HEADER_TYPE", "JWT_IDENTITY_CLAIM", "JWT_JSON_KEY", "JWT_PRIVATE_KEY",
        "JWT_PUBLIC_KEY", "JWT_QUERY_STRING_NAME", "JWT_QUERY_STRING_VALUE_PREFIX",
        "JWT_REFRESH_COOKIE_NAME", "JWT_REFRESH_COOKIE_PATH", "JWT_REFRESH_CSRF_COOKIE_NAME",
        "JWT_REFRESH_CSRF_COOKIE_PATH", "JWT_REFRESH_CSRF_FIELD_NAME",
        "JWT_REFRESH_CSRF_HEADER_NAME", "JWT_REFRESH_JSON_KEY", "JWT_REFRESH_TOKEN_EXPIRES",
        "JWT_SECRET_KEY", "JWT_SESSION_COOKIE", "JWT_TOKEN_LOCATION",
    ),
    # Flask-Mail 0.10, "Configuration": what Flask-Mailman does not read
    "Flask-Mail": (
        "MAIL_ASCII_ATTACHMENTS", "MAIL_DEBUG", "MAIL_MAX_EMAILS", "MAIL_SUPPRESS_SEND",
    ),
    # Flask-Session 0.8, "Configuration Reference"
    "Flask-Session": (
        "SESSION_CACHELIB", "SESSION_CLEANUP_N_REQUESTS", "SESSION_DYNAMODB",
        "SESSION_DYNAMODB_TABLE_NAME", "SESSION_FILE_DIR", "SESSION_FILE_MODE",
        "SESSION_FILE_THRESHOLD", "SESSION_ID_LENGTH", "SESSION_KEY_PREFIX", "SESSION_MEMCACHED",
        "SESSION_MONGODB", "SESSION_MONGODB_COLLECT", "SESSION_MONGODB_DB", "SESSION_PERMANENT",
        "SESSION_REDIS", "SESSION_SERIALIZATION_FORMAT", "SESSION_SQLALCHEMY",
        "SESSION_SQLALCHEMY_BIND_KEY", "SESSION_SQLALCHEMY_SCHEMA", "SESSION_SQLALCHEMY_SEQUENCE",
        "SESSION_SQLALCHEMY_TABLE", "SESSION_TYPE", "SESSION_USE_SIGNER",
    ),
    # Flask-WTF 1.2, "Configuration"
    "Flask-WTF": (
        "RECAPTCHA_DATA_ATTRS", "RECAPTCHA_DIV_CLASS", "RECAPTCHA_HTML", "RECAPTCHA_PARAMETERS",
        "RECAPTCHA_PRIVATE_KEY", "RECAPTCHA_PUBLIC_KEY", "RECAPTCHA_SCRIPT",
        "RECAPTCHA_VERIFY_SERVER", "WTF_CSRF_CHECK_DEFAULT", "WTF_CSRF_ENABLED",
        "WTF_CSRF_FIELD_NAME", "WTF_CSRF_HEADERS", "WTF_CSRF_META_NAME", "WTF_CSRF_METHODS",
        "WTF_CSRF_SECRET_KEY", "WTF_CSRF_SSL_STRICT", "WTF_CSRF_TIME_LIMIT", "WTF_I18N_ENABLED",
    ),
}  # fmt: skip
KNOWN = frozenset(key for keys in KEYS.values() for key in keys)

JOINED = {key.replace("_", ""): key for key in KNOWN}
WORDS = {  # by how many they are
    number: [(key, key.split("_")) for key in sorted(KNOWN) if key.count("_") == number - 1]
    for number in range(1, 8)
}

LIMIT_EDITS = 2  # in all
LENGTH_OF_TWO = 8  # letters of a word, from which on two edits leave it the same word
LENGTH_OF_ANY = 5  # below it, another letter makes another word of it: NAME and SAME
SAME_WORDS = frozenset({frozenset({"URI", "URL"})})


@lru_cache(maxsize=4096)  # the profiles of a folder set the same keys
def find_near_key(key: str) -> str | None:
    """Return the known key that ``key`` is a slip of the keyboard away from; ``None`` if none is.

    Word by word, so that two edits do not make another word of a short one. A plural, or a number
    at the end, is taken for a key of the project's own.
    """
    if key in KNOWN:
        return None
    joined = JOINED.get(key.replace("_", ""))
    if joined is not None:
        return joined
    words = key.split("_")
    near = [
        (edits, known)
        for known, split in WORDS.get(len(words), ())
        if (edits := _count_edits(words, split)) is not None
    ]
    return min(near)[1] if near else None


def _count_edits(words: list[str], known: list[str]) -> int | None:
    """Count the edits between two keys; ``None``: they are two keys."""
    different = sum(map(ne, words, known))
    if different > LIMIT_EDITS or different == len(known) > 1:
        return None
    total = 0
    for word, other in zip(words, known, strict=True):
        if word != other:
            edits = _count_word_edits(word, other, is_alone=len(known) == 1)
            if edits is None:
                return None
            total += edits
    return total if total <= LIMIT_EDITS else None


def _count_word_edits(word: str, known: str, *, is_alone: bool) -> int | None:
    """Count the edits that make ``word`` of ``known``; ``None``: it is a word of its own."""
    if word == f"{known}S" or any(letter.isdigit() for letter in word):
        return None
    if frozenset({word, known}) in SAME_WORDS:
        return 1
    if abs(len(word) - len(known)) > 1:
        return None
    edits = count_typos(word, known)
    is_replaced = edits == 1 and len(word) == len(known) and sorted(word) != sorted(known)
    if is_replaced and (is_alone or len(known) < LENGTH_OF_ANY):
        return None
    return edits if edits <= (LIMIT_EDITS if len(known) >= LENGTH_OF_TWO else 1) else None
