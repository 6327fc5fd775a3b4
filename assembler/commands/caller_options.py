"""Name the options of a command that stand for what a caller of `create_app` passes."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["name_caller_options"]

HINTS = {
    codes.CALLER_CONFIG_MISSING.number: "Pass it with `--config`, or write a `default` in place of "
    "`required`.",
    codes.ARGUMENT_MISSING.number: "Pass it with `--arguments`, or write a `default`.",
}


@contextmanager
def name_caller_options() -> Iterator[None]:
    """Have the hints of what the caller did not pass name `--config` and `--arguments`."""
    try:
        yield
    except ProfileError as error:
        found = [replace(one, hint=HINTS.get(one.code, one.hint)) for one in error.diagnostics]
        raise ProfileError(found) from error
