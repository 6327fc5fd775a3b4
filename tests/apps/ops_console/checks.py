"""Checks: modules declare them as they are imported; then the list is sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask import current_app

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.typing import ResponseReturnValue
    from werkzeug.exceptions import InternalServerError

    Check = Callable[[Mapping[str, int]], int]

__all__ = [
    "CheckFailedError",
    "answer_crash",
    "answer_failure",
    "declare",
    "group",
    "reset",
    "seal",
    "show",
]

CHECKS: dict[str, Check] = {}
SEALED: dict[str, Check] = {}


class CheckFailedError(Exception):
    """A check found something wrong."""


def declare(kind: str, check: Check) -> None:
    """Add a check."""
    CHECKS[kind] = check


def reset() -> None:
    """Open the list again."""
    SEALED.clear()


def seal() -> None:
    """Take the checks declared so far as the ones that are run."""
    if not CHECKS:
        message = "no check was declared before the list was sealed"
        raise RuntimeError(message)
    SEALED.update(CHECKS)


def show(kind: str) -> ResponseReturnValue:
    """Run a check."""
    return {kind: SEALED[kind](current_app.config["DEPTH"])}


def answer_failure(error: CheckFailedError) -> ResponseReturnValue:
    """Return what is wrong."""
    return {"failed": str(error)}, 503


def answer_crash(error: InternalServerError) -> ResponseReturnValue:
    """Say that a check itself is broken."""
    return {"broken": type(error.original_exception).__name__}, 500


@click.group("checks")
def group() -> None:
    """Look after the checks."""


@group.command("list")
def list_kinds() -> None:
    """List the checks that are run."""
    for kind in sorted(SEALED):
        click.echo(kind)
