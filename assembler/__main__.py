"""Run the command line: ``python -m assembler COMMAND``."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path

import click

from assembler.commands import COMMANDS
from assembler.commands.arguments import OUTPUT_FORMAT
from assembler.diagnostics.diagnostic import ProfileError
from assembler.rendering.console import write_diagnostics, write_error
from assembler.runners.garbage import collect_rarely
from assembler.version import __version__

__all__ = ["main"]

STATUS_FAULT = 1
STATUS_USAGE = 2
STATUS_DEFECT = 70
STATUS_INTERRUPTED = 130
UNWRITABLE = {errno.EPIPE, errno.ENOSPC, errno.EDQUOT}


class LazyGroup(click.Group):
    """Import a command's module only when that command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the command of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"assembler.commands.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest a command in place of an unknown one."""
        from assembler.diagnostics.suggestion import render_suggestion

        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            hint = render_suggestion(args[0], COMMANDS)
            if hint is None or hint in error.message:
                raise
            raise click.UsageError(f"{error.message} {hint}", error.ctx) from error

    def invoke(self, ctx: click.Context) -> object:
        """Print the diagnostics of a command that fails, in the format that it was asked for."""
        try:
            return super().invoke(ctx)
        except ProfileError as error:
            write_diagnostics(error.diagnostics, ctx.meta.get(OUTPUT_FORMAT))
            return STATUS_FAULT


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 success, 1 fault of the profile or the app, 2 wrong usage, "
    "70 defect of assembler, 130 interrupted.",
)
@click.version_option(__version__, prog_name="assembler")
def command_line() -> None:
    """Assemble Flask apps from YAML profiles.

    A profile declares the patches, config sources, extensions and debug flag of one app for one
    role.
    """


def main(args: list[str] | None = None) -> int:
    """Run one command; the exit status tells the user's fault, a defect and an interrupt apart."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # the stream was closed from the start
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - to the end
    if isinstance(sys.stdout, TextIOWrapper):
        # A name may hold what the terminal's encoding lacks; standard error escapes it already.
        sys.stdout.reconfigure(errors="backslashreplace")
    collect_rarely()
    try:
        status = _run(args)
        # Now: Python itself would only notice at its end that nobody reads any more.
        sys.stdout.flush()
    except OSError as error:
        if error.errno not in UNWRITABLE:
            raise
        # Send what is left to be written nowhere, so that Python's end does not raise it again.
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)
        if error.errno != errno.EPIPE:  # the reader left, as `| head` does
            write_error(f"error: the output cannot be written: {(error.strerror or '').lower()}")
        return STATUS_FAULT
    return status


def _run(args: list[str] | None) -> int:
    try:
        status = command_line.main(args, prog_name="assembler", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return STATUS_USAGE if isinstance(error, click.UsageError) else STATUS_FAULT
    except (KeyboardInterrupt, click.Abort):
        write_error("interrupted")
        return STATUS_INTERRUPTED
    except Exception as error:
        if isinstance(error, OSError) and error.errno in UNWRITABLE:
            raise
        import traceback

        write_error(traceback.format_exc().rstrip())
        write_error("this is a defect of assembler, please report it with the lines above")
        return STATUS_DEFECT
    return status if isinstance(status, int) else 0


if __name__ == "__main__":
    sys.exit(main())
