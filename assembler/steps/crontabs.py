"""Check the fields of a crontab as Celery reads them, without importing Celery."""

from __future__ import annotations

import re

__all__ = ["check_crontab"]

FIELDS = (
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day of the month", 1, 31),
    ("month", 1, 12),
    ("day of the week", 0, 6),
)
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NAMES = {
    "month": {name: position for position, name in enumerate(MONTHS, start=1)},
    "day of the week": {name: position for position, name in enumerate(DAYS)},
}
PART = re.compile(r"(?:\*|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>[0-9]+))?", re.ASCII)


def check_crontab(text: str) -> str:
    """Return the five fields, with one blank between them.

    Raises:
        ValueError: if that is not what it is.

    Source: Celery's ``crontab_parser``.
    """
    fields = text.split()
    if len(fields) != len(FIELDS):
        message = 'expected five fields, as "0 3 * * *": minute, hour, day, month, day of the week'
        raise ValueError(message)
    for field, (name, least, most) in zip(fields, FIELDS, strict=True):
        for part in field.split(","):
            _check_part(part, name, least, most)
    return " ".join(fields)


def _check_part(part: str, name: str, least: int, most: int) -> None:
    match = PART.fullmatch(part)
    if match is not None:
        ends = [_read_value(text, name) for text in match.group("first", "last") if text]
        is_within = all(one is not None and least <= one <= most for one in ends)
        if is_within and match["step"] != "0":
            return
    message = f'the {name} is {least} to {most}, "*", a range or a list of them, got "{part}"'
    raise ValueError(message)


def _read_value(text: str, name: str) -> int | None:
    names = NAMES.get(name, {})
    return int(text) if text.isdecimal() else names.get(text[:3].lower())
