"""Read booleans: true/false/1/0/yes/no/on/off in any case."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

__all__ = ["FALSE_WORDS", "FLAG_SCHEMA", "TRUE_WORDS", "Flag", "is_true", "parse_flag"]

TRUE_WORDS = frozenset({"true", "1", "yes", "on"})
FALSE_WORDS = frozenset({"false", "0", "no", "off"})
# A schema knows no "in any case".
FLAG_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "boolean"},
        {
            "enum": [0, 1]
            + [
                form
                for word in ("true", "false", "yes", "no", "on", "off")
                for form in (word, word.title(), word.upper())
            ]
        },
    ]
}


def parse_flag(value: object) -> bool:
    """Read a boolean: true/false/1/0/yes/no/on/off in any case.

    Raises:
        ValueError: if it is anything else, the empty string included.
    """
    if isinstance(value, bool):
        return value
    word = str(value).lower() if isinstance(value, (str, int)) else ""
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    message = "expected true or false (or 1/0, yes/no, on/off)"
    raise ValueError(message)


def is_true(value: object) -> bool:
    """Return the truth of a value of config or of the environment: a boolean word, or not blank."""
    if isinstance(value, str):
        value = value.strip()
    try:
        return parse_flag(value)
    except ValueError:
        return bool(value)


Flag = Annotated[
    bool,
    BeforeValidator(parse_flag),
    WithJsonSchema(FLAG_SCHEMA),
]
