"""Name the options of a command that stand for what a caller of `create_app` passes."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from assembler.commands.arguments import json_option, parse_json
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["caller_options", "name_caller_options"]

HINTS = {
    codes.CALLER_CONFIG_MISSING.number: "Pass it with `--config`, or write a `default` in place of "
    "`required`.",
    codes.ARGUMENT_MISSING.number: "Pass it with `--arguments`, or write a `default`.",
}


def caller_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command."""
    config = json_option("--config", "What a caller of create_app passes as `config`.")
    arguments = click.option(
        "--arguments",
        callback=_parse_mapping,
        metavar="JSON",
        help="What a caller of create_app passes as `arguments`, a mapping.",
    )
    decorated: Callable[..., Any] = config(arguments(command))
    return decorated


def _parse_mapping(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> object | None:
    read = parse_json(context, parameter, value)
    if read is not None and not isinstance(read, dict):
        message = f'{parameter.opts[0]} is no mapping, as \'{{"branch": "west"}}\' is'
        raise click.BadParameter(message)
    return read


@contextmanager
def name_caller_options() -> Iterator[None]:
    """Have the hints of what the caller did not pass name `--config` and `--arguments`."""
    try:
        yield
    except ProfileError as error:
        found = [replace(one, hint=HINTS.get(one.code, one.hint)) for one in error.diagnostics]
        raise ProfileError(found) from error
