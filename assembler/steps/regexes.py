"""Check an option that is a regular expression."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

__all__ = ["Regex", "check_regex"]


def check_regex(value: str) -> str:
    """Return ``value``.

    Raises:
        ValueError: if it cannot be compiled.
    """
    try:
        re.compile(value)
    except re.error as error:
        message = f"expected a regular expression: {error}"
        raise ValueError(message) from error
    return value


Regex = Annotated[str, AfterValidator(check_regex)]
