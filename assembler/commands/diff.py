"""Print what differs between two profiles, or between a profile and an earlier revision of it."""

from __future__ import annotations

import click

from assembler.commands.arguments import ProfileCommand, policy_option
from assembler.commands.compared import compare_with_revision, write_comparisons
from assembler.commands.completion import complete_profiles
from assembler.comparing.comparison import Side, compare_profiles
from assembler.comparing.output import RENDERERS
from assembler.steps.entry_points import ignore_current_folder

__all__ = ["command"]

EPILOG = """\b
Examples:
  assembler diff profiles/web.yaml profiles/staging.yaml
  assembler diff --git HEAD profiles/web.yaml
  assembler diff --git origin/main --output-format markdown
"""
PAIR = 2


@click.command(
    "diff", cls=ProfileCommand, short_help="Print what an edit of a profile changes.", epilog=EPILOG
)
@click.argument(
    "profiles",
    nargs=-1,
    metavar="A B | --git REV [PROFILE]",
    type=click.Path(path_type=str, readable=False),
    shell_complete=complete_profiles,
)
@click.option(
    "--git", "revision", metavar="REV", help="Compare with a revision of the git repository."
)
@click.option(
    "--output-format",
    type=click.Choice(tuple(RENDERERS)),
    default="text",
    show_default=True,
    help="How to print what differs; markdown is for a pull request.",
)
@policy_option
def command(
    *, profiles: tuple[str, ...], revision: str | None, output_format: str, policy_file: str | None
) -> int:
    """Print what differs between two profiles: values with their origins, and planned steps.

    With --git, PROFILE is compared as it is with what it was; without PROFILE, every profile that
    is no base. Variables are filled in from the environment; a value that lacks one is compared as
    it is written. Of a secret only a fingerprint is shown, new each time. Nothing is executed, and
    nothing of the project is imported.

    Exit status: 0 the same, 1 different, 2 could not tell.
    """
    ignore_current_folder()
    if revision is not None:
        if len(profiles) > 1:
            raise click.UsageError("--git compares one profile, or all")
        compared = compare_with_revision(revision, next(iter(profiles), None), policy_file)
    elif len(profiles) == PAIR:
        compared = [compare_profiles(Side(profiles[0]), Side(profiles[1]), policy_file)]
    else:
        raise click.UsageError("expected two profiles, or --git and a revision")
    return write_comparisons(compared, output_format)
