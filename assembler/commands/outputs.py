"""Read ``--output-format FORMAT[:FILE]``, and write the findings in each format."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from assembler.commands.written_file import write_named
from assembler.diagnostics.suggestion import render_suggestion
from assembler.files import is_folder
from assembler.linting.output import FORMATS, render_findings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from click.shell_completion import CompletionItem

    from assembler.rendering.findings import Findings

__all__ = ["Output", "OutputType", "check_outputs", "write_outputs"]


class Output(NamedTuple):
    """A format, and the file that it goes to; ``None``: standard output."""

    output_format: str
    file: Path | None = None


class OutputType(click.ParamType):  # type: ignore[type-arg]  # click 8.2 has no such argument
    """Read ``FORMAT`` or ``FORMAT:FILE``."""

    name = "FORMAT[:FILE]"

    def convert(
        self,
        value: str | Output,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Output:
        """Return the format and the file."""
        if isinstance(value, Output):
            return value
        output_format, colon, file = value.partition(":")
        if output_format not in FORMATS:
            hint = render_suggestion(
                output_format, FORMATS, f"The formats are {', '.join(FORMATS)}."
            )
            self.fail(f"unknown format '{output_format}'. {hint}", param, ctx)
        if colon and not file:
            self.fail(f"'{value}' has no file after the colon", param, ctx)
        return Output(output_format, Path(file) if file else None)

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's form
        param: click.Parameter,  # noqa: ARG002 - click's form
        incomplete: str,
    ) -> list[CompletionItem]:
        """Complete the format."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in FORMATS if name.startswith(incomplete)]


def check_outputs(outputs: Sequence[Output]) -> tuple[Output, ...]:
    """Return the outputs; if none goes to standard output, with a default one that does.

    Raises:
        click.UsageError: if two go to one place, or a file's folder does not exist.
    """
    places = [one.file if one.file is None else one.file.resolve() for one in outputs]
    if places.count(None) > 1:
        raise click.UsageError(
            "only one --output-format can go to standard output. Write FORMAT:FILE for the others."
        )
    for file in (one.file for one in outputs if one.file is not None):
        if places.count(file.resolve()) > 1:
            raise click.UsageError(
                f"two --output-format options write to '{file}'. Name another file."
            )
        if not is_folder(file.parent):
            raise click.UsageError(
                f"the folder '{file.parent}' of '{file}' does not exist. Create it."
            )
        if is_folder(file):
            raise click.UsageError(f"'{file}' is a folder. Name a file.")
    if None in places:
        return tuple(outputs)
    return (Output("full" if sys.stdout.isatty() else "concise"), *outputs)


def write_outputs(
    outputs: Sequence[Output],
    findings: Findings,
    *,
    to_stderr: bool = False,
    is_counted: bool = False,
) -> None:
    """Write ``findings`` in each format.

    Args:
        outputs: The formats, and where each goes.
        findings: What was found.
        to_stderr: Whether standard output is needed for something else.
        is_counted: Whether to print how often each rule found something, in place of that.

    Raises:
        click.UsageError: if a file cannot be written.
    """
    for output_format, file in outputs:
        if file is None:
            render = render_findings
            if is_counted:
                from assembler.linting.statistics import render_statistics as render
            click.echo(render(findings, output_format), nl=False, err=to_stderr)
        else:
            write_named(file, render_findings(findings, output_format))
