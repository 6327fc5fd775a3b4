"""Remember the secrets that a process knows, and mask them in texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote
from uuid import UUID

from assembler.secrets.known import MASK, is_secret_key
from assembler.secrets.text_secrets import (
    find_value_secrets,
    mask_bounds,
    mask_text,
    names_variable,
)
from assembler.secrets.weak_secret import is_path, is_placeholder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.diagnostics.diagnostic import Diagnostic

__all__ = [
    "Secrets",
    "build_environment_secrets",
    "iter_environment_secrets",
    "iter_value_secrets",
]

# Shorter ones are replaced only where they stand alone, or every "1" would be a mask.
SHORT_LENGTH = 4
# So are shorter words, or a password that is "secret" would mask a part of every "secrets".
WORD_LENGTH = 8
# A line of a longer secret, as of a private key, that is worth hiding by itself.
LINE_LENGTH = 8
# So many of its characters show a secret that somebody else has cut.
CUT_LENGTH = 4
ELLIPSIS = r"…|\.{3,}"
FOLDER = "PWD"  # a variable of the shell, and no password
COMMON = frozenset({"admin", "false", "guest", "none", "null", "postgres", "root", "true", "user"})


def iter_value_secrets(value: object, *, key: str | None = None) -> Iterator[str]:
    """Yield every string and number in ``value`` below a secret key, and every URL's password.

    A short number is not yielded, since it would mask others: it is masked under its key.
    """
    if not isinstance(value, str):
        value = _unwrap(value, key)
    if isinstance(value, (str, bytes)):
        text = value if isinstance(value, str) else value.decode("utf-8", "ignore")
        yield from find_value_secrets(text)
        if key is not None:
            yield text
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            is_secret = isinstance(name, str) and is_secret_key(name)
            yield from iter_value_secrets(inner, key=name if is_secret else key)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from iter_value_secrets(item, key=key)
    elif key is not None and _is_number(value) and len(str(value)) >= SHORT_LENGTH:
        yield str(value)


def _unwrap(value: object, key: str | None) -> object:
    """Return what has names for its parts as a mapping, any other value as it is.

    Below a secret key a pair may be two secrets, of which the first only looks like a name.
    """
    if hasattr(value, "_asdict"):  # a named tuple, as SQLAlchemy's URL is
        return value._asdict()
    if hasattr(value, "get_secret_value"):  # pydantic's own kind of secret
        return {"secret": value.get_secret_value()}
    match value:
        case (str(name), inner) if key is None and isinstance(value, tuple) and is_secret_key(name):
            return {name: inner}  # as in a list of pairs
    return value


def iter_environment_secrets(env: Mapping[str, str]) -> Iterator[str]:
    """Yield the values of variables that are named like secrets, and every URL's password."""
    for name, value in env.items():
        yield from find_value_secrets(value)
        if name != FOLDER and is_secret_key(name) and not _is_common(value):
            yield value


def _is_common(value: str) -> bool:
    """Return whether masking a value everywhere would mask what has nothing to do with it."""
    is_short = len(value) < SHORT_LENGTH or value.lower() in COMMON
    return is_short or is_placeholder(value) or is_path(value)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, Decimal, UUID)) and not isinstance(value, bool)


@dataclass(slots=True, eq=False, repr=False)
class Secrets:
    """Known secrets, to be masked in texts."""

    values: set[str] = field(default_factory=set)
    _pattern: re.Pattern[str] | None = None

    def add(self, *values: str) -> None:
        """Remember secrets, with their parts and other spellings."""
        forms = {
            form for value in values for part in _iter_parts(value) for form in _iter_forms(part)
        }
        if not forms <= self.values:
            self.values |= forms
            self._pattern = None

    def scrub(self, text: str) -> str:
        """Return ``text`` with every known secret masked, and all that looks like one.

        Also what is left of a secret before or after an ellipsis, where somebody has cut it.
        """
        if self.values:
            if self._pattern is None:
                self._pattern = _build_pattern(self.values)
            text = _mask_cut(self._pattern.sub(MASK, text), self.values)
        return mask_text(text)

    def mask_diagnostics(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return ``diagnostics`` with every secret masked in what they say."""
        return [
            replace(
                found,
                message=self.scrub(found.message),
                hint=found.hint and self.scrub(found.hint),
                related=tuple(
                    one._replace(message=self.scrub(one.message)) for one in found.related
                ),
            )
            for found in diagnostics
        ]


def _mask_cut(text: str, values: set[str]) -> str:
    """Mask the beginning of a secret before each ellipsis, and the end of one after it."""
    dots = [found.span() for found in re.finditer(ELLIPSIS, text)]
    if not dots:
        return text
    size = len(text)
    bounds = [*_iter_cut(text, values, {start for start, _ in dots})]
    turned = {value[::-1] for value in values}
    at_ends = _iter_cut(text[::-1], turned, {size - end for _, end in dots})
    bounds += [(size - end, size - start) for start, end in at_ends]
    return mask_bounds(text, bounds)


def _iter_cut(text: str, values: set[str], dots: set[int]) -> Iterator[tuple[int, int]]:
    """Yield where the beginning of a secret stands right before one of ``dots``.

    Once through the text, since it may be long and all of it dots.
    """
    heads: dict[str, list[str]] = {}
    for value in values:
        heads.setdefault(value[:CUT_LENGTH], []).append(value)
    for start in range(len(text) - CUT_LENGTH):
        for value in heads.get(text[start : start + CUT_LENGTH], ()):
            for end in range(start + len(value) - 1, start + CUT_LENGTH - 1, -1):
                if end in dots and value.startswith(text[start:end]):
                    yield start, end
                    break


def _iter_parts(value: str) -> list[str]:
    """Return the secret, its longer lines, and the secrets that it holds itself."""
    if names_variable(value):
        return []
    parts = [value, value.strip()]
    parts += [line.strip() for line in value.splitlines() if len(line.strip()) >= LINE_LENGTH]
    parts += find_value_secrets(value)
    return [part for part in parts if part.strip()]


def _iter_forms(part: str) -> set[str]:
    """Return the spellings of a secret: as it is, in a URL, in JSON, in a `repr`."""
    import json  # noqa: PLC0415 - only where there is a secret

    forms = {part, unquote(part), quote(part, safe=""), quote_plus(part)}
    forms |= {json.dumps(part)[1:-1], json.dumps(part, ensure_ascii=False)[1:-1], repr(part)[1:-1]}
    return forms


def _stands_alone(value: str) -> bool:
    length = WORD_LENGTH if value.isalpha() else SHORT_LENGTH
    return len(value) < length


def _build_pattern(values: set[str]) -> re.Pattern[str]:
    """Match a secret before one that it begins with, so that no part of it remains."""
    ordered = sorted(values, reverse=True)
    return re.compile(
        "|".join(
            rf"(?<!\w){re.escape(value)}(?!\w)" if _stands_alone(value) else re.escape(value)
            for value in ordered
        )
    )


def build_environment_secrets(env: Mapping[str, str]) -> Secrets:
    """Return the secrets that an environment holds."""
    secrets = Secrets()
    secrets.add(*iter_environment_secrets(env))
    return secrets
