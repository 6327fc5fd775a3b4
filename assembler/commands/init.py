"""Make a new project, or prepare one that is there already."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from assembler.files import is_folder
from assembler.planning.schema import build_schema
from assembler.rendering.console import write_error
from assembler.scaffolding.project import TEMPLATES, build_names, render_project
from assembler.scaffolding.writing import write_new
from assembler.steps.entry_points import ignore_current_folder

__all__ = ["command"]

DEFAULT = next(iter(TEMPLATES))
SCHEMA = "profile.schema.json"
EPILOG = """\b
Examples:
  assembler init shop
  assembler init shop --template worker --yes
  assembler init --here
"""


@click.command("init", short_help="Make a new project, or prepare one.", epilog=EPILOG)
@click.argument(
    "folder", required=False, metavar="[DIR]", type=click.Path(path_type=Path, readable=False)
)
@click.option(
    "--template",
    type=click.Choice(list(TEMPLATES)),
    help=f"{'; '.join(f'{name}: {one.summary}' for name, one in TEMPLATES.items())}. "
    f"Default: asked for on a terminal, else {DEFAULT}.",
)
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.option("--here", is_flag=True, help="Prepare the project in DIR, which has an app already.")
def command(*, folder: Path | None, template: str | None, yes: bool, here: bool) -> int:
    """Make a new project in DIR: a package, profiles, tests, CI and a Dockerfile.

    DIR defaults to the current directory, and names the package. A file that exists is never
    overwritten: then nothing is written, and the exit status is 1.

    --here adds to a project what profiles need: [tool.assembler], the schema for editors, a
    pre-commit hook and a step of CI. `assembler adopt` then writes the profiles of its factory.
    """
    ignore_current_folder()
    folder = folder or Path()
    if here:
        if template is not None:
            raise click.UsageError("--template is for a new project, and --here for an old one")
        from assembler.commands.init_here import prepare

        return prepare(folder, _render_schema())
    if template is None:
        template = DEFAULT if yes or not sys.stdin.isatty() else _ask_template()
    files = render_project(template, build_names(folder.absolute()))
    files[f"profiles/{SCHEMA}"] = _render_schema()
    write_new(folder, files)
    write_error(f"wrote {len(files)} files to {os.path.relpath(folder)}")
    click.echo("\n".join(_list_next(folder, files)))
    return 0


def _ask_template() -> str:
    for name, one in TEMPLATES.items():
        write_error(f"  {name:<8} {one.summary}")
    chosen: str = click.prompt(
        "template",
        type=click.Choice(list(TEMPLATES)),
        default=DEFAULT,
        show_choices=False,
        err=True,
    )
    return chosen


def _render_schema() -> str:
    return json.dumps(build_schema(), indent=2) + "\n"


def _list_next(folder: Path, files: dict[str, str]) -> list[str]:
    """Return the commands that come next."""
    is_elsewhere = is_folder(folder) and folder.resolve() != Path.cwd()
    has_database = "profiles/migrations.yaml" in files
    return [
        "next:",
        *([f"  cd {os.path.relpath(folder)}"] if is_elsewhere else []),
        *(["  assembler migrate profiles/migrations.yaml"] if has_database else []),
        "  assembler run profiles/web.yaml",
        "  python -m pytest",
    ]
