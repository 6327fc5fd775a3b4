"""Render the deployment of a set of profiles."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assembler.commands.arguments import policy_option
from assembler.commands.completion import complete_profiles
from assembler.commands.render_files import (
    compare_files,
    find_beats_twice,
    find_lone_databases,
    load_stack,
    write_files,
)
from assembler.rendering.console import write_diagnostics, write_error
from assembler.steps.entry_points import ignore_current_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembler.deployment.stack import Stack

__all__ = ["command"]

# Each module has ``render_NAME(stack)``, which returns the texts of files by their names.
TARGETS = ("kubernetes", "compose", "systemd")
EPILOG = """\b
Examples:
  assembler render kubernetes profiles/*.yaml --image shop:7 --output deploy/kubernetes
  assembler render compose profiles/web.yaml profiles/worker.yaml
  assembler render systemd profiles/web.yaml --output deploy/systemd --check
"""


@click.command("render", short_help="Render the deployment of a set of profiles.", epilog=EPILOG)
@click.argument("target", type=click.Choice(TARGETS))
@click.argument(
    "profiles",
    nargs=-1,
    required=True,
    metavar="PROFILE...",
    shell_complete=complete_profiles,
)
@click.option("--name", help="What it is called. Default: the policy's package, else the folder.")
@click.option("--image", help="The image. Default: NAME:1.")
@click.option("--folder", help="Where the project is. Default: /app, for systemd /srv/NAME.")
@click.option(
    "--replicas",
    type=click.IntRange(1, 1000),
    default=2,
    show_default=True,
    help="Pods of each web and worker profile, at least; a beat has one.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write the files into. Default: print them.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if --output differs.")
@policy_option
def command(  # noqa: PLR0913 - one for each option of the command line
    *,
    target: str,
    profiles: tuple[str, ...],
    name: str | None,
    image: str | None,
    folder: str | None,
    replicas: int,
    output: Path | None,
    check: bool,
    policy_file: str | None,
) -> int:
    """Render how a set of profiles is deployed: with Kubernetes, with compose, or with systemd.

    The same profiles make the same files, whatever variables are set. Abstract profiles and those
    with other roles than web, worker, beat and migrations cannot be named.
    """
    ignore_current_folder()
    if check and output is None:
        message = "--check compares what is in a folder: add --output FOLDER"
        raise click.UsageError(message)
    if target == "systemd" and folder is None:
        folder = "/srv/{name}"
    chosen = {"name": name, "image": image, "folder": folder or "/app"}
    stack = load_stack(profiles, chosen, replicas, policy_file)
    files = _get_renderer(target)(stack)
    found = find_beats_twice(stack, output if check else None)
    if target != "systemd":
        found += find_lone_databases(stack)
    write_diagnostics(found)
    if output is None:
        click.echo("".join(_head(one, text, target) for one, text in files.items()), nl=False)
        return 0
    if not check:
        write_files(output, files)
        return 0
    differing = compare_files(output, files)
    for line in differing:
        write_error(line)
    return 1 if differing else 0


def _get_renderer(target: str) -> Callable[[Stack], dict[str, str]]:
    module = import_module(f"assembler.deployment.{target}")
    renderer: Callable[[Stack], dict[str, str]] = getattr(module, f"render_{target}")
    return renderer


def _head(name: str, text: str, target: str) -> str:
    """Return a file with its name above it, where several are printed; YAML stays one stream."""
    return f"# {name}\n{text}" if target == "systemd" else f"---\n# {name}\n{text}"
