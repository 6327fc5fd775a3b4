"""Run the command line: ``python -m assembler COMMAND``."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from contextlib import suppress
from io import TextIOWrapper
from itertools import pairwise
from pathlib import Path
from typing import get_args

import click

from assembler.commands import COMMANDS
from assembler.diagnostics.diagnostic import ProfileError
from assembler.rendering.console import write_diagnostics, write_error
from assembler.rendering.diagnostics import OutputFormat
from assembler.version import __version__

__all__ = ["main"]

STATUS_FAULT = 1
STATUS_USAGE = 2
STATUS_DEFECT = 70
STATUS_INTERRUPTED = 130
FULL = {errno.ENOSPC, errno.EDQUOT}


class LazyGroup(click.Group):
    """Import a command's module only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's form
        """Give the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's form
        """Import the command of that name."""
        from importlib import import_module

        module = COMMANDS.get(cmd_name)
        return None if module is None else import_module(module).command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Guess what was meant where there is no such command."""
        from assembler.diagnostics.suggestion import render_suggestion

        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            hint = render_suggestion(args[0], COMMANDS)
            if hint is None or hint in error.message:
                raise
            message = f"{error.message} {hint}"
            raise click.UsageError(message, error.ctx) from error


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 well, 1 the profile or the app is at fault, 2 wrong usage, "
    "70 a defect of assembler, 130 interrupted.",
)
@click.version_option(__version__, prog_name="assembler")
def command_line() -> None:
    """Assemble Flask apps from YAML profiles.

    A profile declares the patches, the config sources, the ordered extensions and the debug flag
    of one app for one role.
    """


def main(args: list[str] | None = None) -> int:
    """Run one command; its status tells a user's fault, our defect and an interrupt apart."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # as it is where the stream was closed from the start
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - to the end
    if isinstance(sys.stdout, TextIOWrapper):
        # A name may have what the terminal's encoding has not; standard error escapes it, too.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = _run(args)
        # Now, since Python itself would only find out at its end that nobody reads any more.
        sys.stdout.flush()
    except BrokenPipeError:  # the reader went away, as `| head` does
        _drop_output()
        return STATUS_FAULT
    except OSError as error:
        if error.errno not in FULL:
            raise
        _drop_output()
        write_error(f"error: the output cannot be written: {(error.strerror or '').lower()}")
        return STATUS_FAULT
    return status


def _run(args: list[str] | None) -> int:
    try:
        status = command_line.main(args, prog_name="assembler", standalone_mode=False)
    except ProfileError as error:
        write_diagnostics(error.diagnostics, _find_output_format(args))
        return STATUS_FAULT
    except click.ClickException as error:
        error.show()
        return STATUS_USAGE if isinstance(error, click.UsageError) else STATUS_FAULT
    except (KeyboardInterrupt, click.Abort):
        write_error("interrupted")
        return STATUS_INTERRUPTED
    except Exception as error:  # whatever is left is a defect of ours, and said to be one
        if isinstance(error, OSError) and error.errno in FULL | {errno.EPIPE}:
            raise
        traceback.print_exc()
        write_error("this is a defect of assembler, please report it with the lines above")
        return STATUS_DEFECT
    return status if isinstance(status, int) else 0


def _drop_output() -> None:
    """Send what is still to be written nowhere, so that ending raises nothing again."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _find_output_format(args: list[str] | None) -> OutputFormat | None:
    """Find out what was asked for, by a command that failed before it could answer."""
    words = sys.argv[1:] if args is None else args
    asked = {word.partition("=")[2] for word in words if word.startswith("--output-format=")}
    asked |= {after for word, after in pairwise(words) if word == "--output-format"}
    return next((known for known in get_args(OutputFormat) if known in asked), None)


if __name__ == "__main__":
    sys.exit(main())
