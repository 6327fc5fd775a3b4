"""Find what is a secret by its shape: in a URL, or after a name and an equals sign."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assembler.secrets.known import MASK, is_secret_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Bounds = tuple[int, int]

__all__ = [
    "find_text_secrets",
    "find_url_passwords",
    "find_value_secrets",
    "iter_secret_bounds",
    "mask_bounds",
    "mask_text",
    "names_variable",
]

# What may be long is bounded or searched once, or a text of many beginnings takes the square of
# its length.
CHUNK = r"(?<!\S)[^\s@]*@\S*"  # without white space, and with an `@` in it
URL_USER = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{0,63}://(?P<user>[^\s:/@?#]*)")
WHOLE_URL = rf"(?s)\s*{URL_USER.pattern}:(?P<password>.*)@"
# `password=…` in a URL, in the connection string of a driver, in `raw_env`, in a `repr`.
VALUE = r"""'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?|\{[^}]*\}(?=;|$)|[^\s;&"'`]+"""
ASSIGNMENT = rf"(?<![\w.\-])(?P<key>[A-Za-z_][\w.\-]*)=(?P<value>{VALUE})"
# `'password': '…'` in a `repr` or in JSON, and a number in place of the string.
ENTRY = (
    r"""(?P<quote>["'])(?P<key>[\w.\- ]{1,64})(?P=quote)\s?:\s?"""
    r"""b?(?P<value>'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?|\[[^\]]*\]?|[-+]?\d[\w.]*)"""
)
# Keys that say it of a parameter only: a driver's own text, and what signs a URL.
PARAMETERS = frozenset({"odbc_connect", "sig"})
PARAMETER_END = "signature"
# A user's name is a token if it is long, and has letters and digits.
TOKEN = re.compile(r"(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z])[\w.~%+\-]{16,}")
SPECIAL = r"[@/:?#\s]+"
PIECE_LENGTH = 4
# A variable, a call in a line of Python, or what is masked already.
HARMLESS = r"[\"']?(?:\*\*\*|\$\{)|(?:[A-Za-z_]\w*\.)+\w+[(\[]"
# `$NAME`, `$(NAME)`, `%(NAME)s` and `{{ NAME }}`, which a profile does not fill in, and `${NAME`.
NAME = "[A-Z][A-Z0-9_]+"
VARIABLE = (
    rf"(?P<start>\$[({{]?|%\()(?P<name>{NAME})(?P<end>[)}}]?s?)|\{{\{{\s*[A-Za-z_]\w*\s*\}}\}}"
)
ENDS = frozenset({"$", "$()", "${", "${}", "%()s"})


def mask_text(text: str) -> str:
    """Return ``text`` with everything masked that looks like a secret."""
    return mask_bounds(text, iter_secret_bounds(text))


def mask_bounds(text: str, bounds: Iterable[Bounds]) -> str:
    """Return ``text`` with a mask in each place; those that overlap are one."""
    parts, done = [], 0
    for start, end in _merge(bounds):
        parts += [text[done:start], MASK]
        done = end
    return "".join([*parts, text[done:]])


def find_text_secrets(text: str) -> list[str]:
    """Return everything in ``text`` that looks like a secret.

    Not the password of a URL that equals the user's name: that name is in every message about the
    connection, and often in the project's own names.
    """
    return [
        text[start:end]
        for start, end in iter_secret_bounds(text)
        if not text.endswith(f"/{text[start:end]}:", 0, start)
    ]


def find_url_passwords(text: str) -> list[str]:
    """Return what looks like a secret in the URLs of ``text``, as `find_text_secrets` does."""
    return find_text_secrets(text) if "://" in text else []


def find_value_secrets(value: str) -> list[str]:
    """Return the secrets in a value, with the pieces that a driver would take them apart into.

    If the value is a URL, everything up to its last `@` is the password.
    """
    if "=" not in value and ":" not in value:  # nearly all: there is neither a URL nor a name
        return []
    whole = re.match(WHOLE_URL, value) if "@" in value else None
    found = find_text_secrets(value)
    if whole is not None and whole["password"] != whole["user"]:
        found.append(whole["password"])
    pieces = [
        piece for one in found for piece in re.split(SPECIAL, one) if len(piece) >= PIECE_LENGTH
    ]
    return list(dict.fromkeys([*found, *pieces]))


def iter_secret_bounds(text: str) -> Iterator[Bounds]:
    """Yield where each secret in ``text`` starts and ends, in order; those that overlap are one.

    In `host:5432/db?password=P@ss` both the URL's password, up to the `@`, and the parameter are.
    """
    return _merge([*_iter_in_urls(text), *_iter_assigned(text)])


def _merge(bounds: Iterable[Bounds]) -> Iterator[Bounds]:
    start = end = 0
    for first, last in sorted(bounds):
        if first < end:
            end = max(end, last)
            continue
        if start < end:
            yield start, end
        start, end = first, last
    if start < end:
        yield start, end


def names_variable(text: str) -> bool:
    """Return whether a value is meant as a variable, so that it is a name and no secret."""
    found = re.fullmatch(VARIABLE, text)
    if found is None:
        return False
    name = found["name"]
    if name is None:  # `{{ NAME }}`
        return True
    return f"{found['start']}{found['end']}" in ENDS and ("_" in name or is_secret_key(name))


def _iter_in_urls(text: str) -> Iterator[Bounds]:
    """Yield each token in place of a user, and each password: up to the last `@`."""
    if "://" not in text or "@" not in text:
        return
    for chunk in re.finditer(CHUNK, text):
        last = text.rfind("@", *chunk.span())
        at = chunk.start()
        while (found := URL_USER.search(text, at, last)) is not None:
            start, at = found.span("user")
            has_password = text[at] == ":"
            if (has_password or at == last) and TOKEN.fullmatch(text, start, at):
                yield start, at
            if has_password:
                yield at + 1, last
                break


def _iter_assigned(text: str) -> Iterator[Bounds]:
    """Yield each value that stands after a secret's name."""
    patterns = [ASSIGNMENT] if "=" in text else []
    if ":" in text and ("'" in text or '"' in text):
        patterns.append(ENTRY)
    for pattern in patterns:
        for found in re.finditer(pattern, text):
            if _names_secret(found["key"]) and not re.match(HARMLESS, found["value"]):
                yield _strip_bounds(text, *found.span("value"))


def _strip_bounds(text: str, start: int, end: int) -> Bounds:
    """Leave out the quotes of a value, or what ends a list after one without quotes."""
    if text[start] in "\"'":
        return start + 1, end - (end > start + 1 and text[end - 1] == text[start])
    if text[start] in "[{":
        return start, end
    return start, start + len(text[start:end].rstrip(",])"))


def _names_secret(key: str) -> bool:
    lower = key.lower()
    return is_secret_key(key) or lower in PARAMETERS or lower.endswith(PARAMETER_END)
