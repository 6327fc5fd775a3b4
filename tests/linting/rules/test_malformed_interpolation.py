"""Test what is taken for a variable that lacks its braces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.diagnostic import Severity
from tests.support.linting import lint_files, lint_profile

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = """\
version: 1
config:
  - use: values
    with:
      VALUE: {value}
"""


@pytest.mark.parametrize("value", ["$PORT", '"$PORT"', "[1, $PORT]", "{a: $PORT}", "$PORT # it"])
def test_the_name_of_a_variable_without_braces_is_found(tmp_path: Path, value: str) -> None:
    """In quotes, in a list, at the end of a line."""
    found = lint_files(
        tmp_path, {"web.yaml": PROFILE.format(value=value)}, "malformed-interpolation"
    )

    assert [one.message for one in found] == ["'$PORT' is a string, not a variable"]
    assert [one.severity for one in found] == [Severity.WARNING]
    assert found[0].place.span.line == 5


@pytest.mark.parametrize(
    "value",
    [
        "${PORT}",
        "$$PORT",  # which says that the dollar is meant
        "$1",
        "$port",
        "$X",
        "US$",
        "costs $FIVE",
        "pa$PORT",
        "redis://shop:x@$PORT!@cache/0",
        "x # $PORT",
    ],
)
def test_a_dollar_that_may_be_one_is_left_alone(tmp_path: Path, value: str) -> None:
    """A price, prose, a password."""
    assert lint_profile(tmp_path, PROFILE.format(value=value), "malformed-interpolation") == []
