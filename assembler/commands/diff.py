"""Print what differs between two profiles, or between a profile and an earlier revision of it."""

from __future__ import annotations

import click

from assembler.commands.arguments import ProfileCommand, policy_option, timeout_option
from assembler.commands.compared import compare_pair, compare_with_revision, write_comparisons
from assembler.commands.completion import complete_profiles
from assembler.comparing.comparison import Side
from assembler.comparing.output import RENDERERS
from assembler.steps.entry_points import ignore_current_folder

__all__ = ["command"]

EPILOG = """\b
Examples:
  assembler diff profiles/web.yaml profiles/staging.yaml
  assembler diff --git HEAD profiles/web.yaml
  assembler diff --git origin/main --output-format markdown
  assembler diff --live profiles/web.yaml profiles/staging.yaml
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
    "--live",
    is_flag=True,
    help="Also assemble both apps, each in its own process, and compare what they are made of.",
)
@timeout_option
@click.option(
    "--output-format",
    type=click.Choice(tuple(RENDERERS)),
    default="text",
    show_default=True,
    help="How to print what differs; markdown is for a pull request.",
)
@policy_option
def command(  # noqa: PLR0913 - one for each option of the command line
    *,
    profiles: tuple[str, ...],
    revision: str | None,
    live: bool,
    timeout_seconds: float,
    output_format: str,
    policy_file: str | None,
) -> int:
    """Print what differs between two profiles: values with their origins, and planned steps.

    With --git, PROFILE is compared as it is with what it was; without PROFILE, every profile that
    is no base. Variables are filled in from the environment; a value that lacks one is compared as
    it is written. Of a secret only a fingerprint is shown, new each time. Without --live, nothing
    is executed, and nothing of the project is imported.

    With --live also routes, hooks, commands, config, wrappers and whatever else the two apps are
    made of; with --git the app is that of the revision's own code.

    Exit status: 0 the same, 1 different, 2 could not tell.
    """
    if not live:
        ignore_current_folder()
    live_seconds = timeout_seconds if live else None
    if revision is not None:
        if len(profiles) > 1:
            raise click.UsageError("--git compares one profile, or all")
        compared = compare_with_revision(
            revision, next(iter(profiles), None), policy_file, live_seconds
        )
    elif len(profiles) == PAIR:
        compared = [compare_pair(Side(profiles[0]), Side(profiles[1]), policy_file, live_seconds)]
    else:
        raise click.UsageError("expected two profiles, or --git and a revision")
    return write_comparisons(compared, output_format)
