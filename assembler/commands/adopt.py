"""Write profiles for a hand-written factory."""

from __future__ import annotations

import json
import os
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assembler.commands.arguments import (
    json_option,
    policy_option,
    read_env_files,
    split_arguments,
    timeout_option,
)
from assembler.rendering.console import write_diagnostics, write_error
from assembler.secrets.text_secrets import mask_text
from assembler.steps.entry_points import ignore_current_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assembler.adopting.adoption import Adopted, Request
    from assembler.adopting.watching import Call
    from assembler.modules.module_index import ModuleIndex

DEFAULT_OUTPUT = Path("profiles")
EPILOG = """\b
Examples:
  assembler adopt shop:create_app
  assembler adopt shop.factory:create_app -o profiles --glue
  assembler adopt shop:create_app --config testing
  assembler adopt shop:create_app --args '{"branch": "west"}'
"""
WARNING = "{factory} is called once now, in a scratch folder, {network}"


@click.command("adopt", short_help="Write profiles for a hand-written factory.", epilog=EPILOG)
@click.argument("factory", metavar="MODULE:FACTORY")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT_OUTPUT,
    show_default=True,
    help="The folder to write the profiles into; only what an earlier run wrote, and nobody has "
    "changed since, is written over.",
)
@json_option("--config", "What the factory is called with: its first argument.")
@json_option("--args", "The same in full: a list, or a mapping of keyword arguments.")
@click.option(
    "--glue",
    is_flag=True,
    help="Move what a profile has no words for into a module of its own, as it is written.",
)
@click.option(
    "--verify/--no-verify",
    "verifies",
    default=True,
    help="Whether to compare the app of each profile with the factory's.  [default: verify]",
)
@click.option(
    "--force",
    "is_forced",
    is_flag=True,
    help="Write over files that are not as an earlier run wrote them.",
)
@click.option("--allow-network", is_flag=True, help="Let the factory reach the network.")
@timeout_option
@policy_option
def command(  # noqa: PLR0913 - one for each option of the command line
    *,
    factory: str,
    output: Path,
    config: object,
    args: Any,  # noqa: ANN401 - any JSON
    glue: bool,
    verifies: bool,
    is_forced: bool,
    allow_network: bool,
    timeout_seconds: float,
    policy_file: str | None,
) -> int:
    """Write the profiles of a factory: its source is read, and it is called once.

    The call is real. It runs in a scratch folder, without the network, and with an empty SQLite
    file in place of each database, unless `--allow-network` says otherwise. Nothing of the project
    is changed.
    """
    from assembler.adopting.adoption import Request, adopt
    from assembler.commands.adopt_files import refuse_changed
    from assembler.modules.module_index import ModuleIndex, find_module_folders
    from assembler.policy import find_policy
    from assembler.rendering.progress import Progress

    ignore_current_folder()
    read_env_files()
    policy = find_policy(os.environ, Path.cwd(), policy_file)
    index = ModuleIndex(find_module_folders(policy, Path.cwd()))
    call = _build_call(factory, config, args)
    call = call._replace(allow_network=allow_network, timeout_seconds=timeout_seconds)
    refuse_changed([output / "web.yaml"], is_forced=is_forced)  # which there is in any case
    network = "with the network" if allow_network else "without the network"
    write_error(WARNING.format(factory=factory, network=network))
    module = _name_glue(index, factory) if glue else None
    request = Request(call, Path.cwd(), Path.cwd() / output, module)
    with Progress() as progress:
        adopted = adopt(index, request, progress.show_live)
    written = _write(adopted, output, module, index, is_forced=is_forced)
    _report(adopted, written, is_glued=glue)
    if adopted.observed.failure:
        return 1
    file = None if policy.path is None else str(policy.path)
    compared = (adopted, request, file, index.folders)
    status = _verify(*compared, is_forced=is_forced) if verifies else 0
    is_left = not glue and any(one.todos for one in adopted.drafts.values())
    again = _list_options(output, config, args) if is_left else None
    click.echo("\n".join(_list_next(adopted, output, factory, again)))
    return status


def _build_call(factory: str, config: object, args: object) -> Call:
    from assembler.adopting.watching import Call

    if ":" not in factory:
        raise click.UsageError(f"expected MODULE:FACTORY, got '{factory}'")
    if config is not None and isinstance(args, list):
        raise click.UsageError("--config is the first argument: it cannot stand beside a list")
    positional, options = split_arguments(args)
    return Call(factory, positional if config is None else [config, *positional], options)


def _name_glue(index: ModuleIndex, factory: str) -> str:
    top = factory.partition(":")[0].partition(".")[0]
    module = index.find_module(top)
    return f"{top}.glue" if module is not None and module.is_package else f"{top}_glue"


def _write(
    adopted: Adopted,
    output: Path,
    module: str | None,
    index: ModuleIndex,
    *,
    is_forced: bool,
) -> list[str]:
    from assembler.commands.adopt_files import find_glue_file, write_files

    files = {output / name: text for name, text in adopted.files.items()}
    if adopted.glue is not None and module is not None:
        files[find_glue_file(module, index)] = adopted.glue
    return write_files(files, is_forced=is_forced)


def _verify(
    adopted: Adopted,
    request: Request,
    policy_file: str | None,
    folders: Sequence[str],
    *,
    is_forced: bool,
) -> int:
    """Print how each profile compares, and write what is meant to differ; 1 if anything is not."""
    from assembler.adopting.verification import render_expectations, verify
    from assembler.commands.adopt_files import write_differences
    from assembler.ledger.text import render_verdict
    from assembler.rendering.progress import Progress

    is_same = True
    with Progress() as progress:
        verified = verify(adopted, request, policy_file, folders, progress.show_live)
    for one in verified:
        if one.unknown is not None:
            click.echo(f"{one.profile}: not compared, what is passed as '{one.unknown}' is open")
            continue
        if one.verdict is None:
            write_diagnostics(one.found)
            is_same = False
            continue
        expected = one.verdict.expected
        said = render_verdict(replace(one.verdict, expected=[]))
        click.echo(said.replace(str(request.folder), os.path.relpath(request.folder)), nl=False)
        is_same = is_same and one.verdict.is_same
        if expected:
            file = (request.folder / one.profile).with_suffix(".differences.yaml")
            write_differences(file, render_expectations(expected), is_forced=is_forced)
    return 0 if is_same else 1


def _list_options(output: Path, config: object, args: object) -> str:
    """Return what this run was given, for a next one; whoever has given a secret knows it."""
    folder = [] if output == DEFAULT_OUTPUT else ["-o", str(output)]
    given = {"--config": config, "--args": args}
    passed = [(name, mask_text(json.dumps(one))) for name, one in given.items() if one is not None]
    return shlex.join(["--glue", *folder, *(word for pair in passed for word in pair)])


def _list_next(adopted: Adopted, output: Path, factory: str, again: str | None) -> list[str]:
    """Return the commands that come next; ``again`` moves what is left over."""
    has_database = "migrations.yaml" in adopted.files
    web = output / "web.yaml"
    return [
        "next:",
        *([] if again is None else [f"  assembler adopt {factory} {again}"]),
        f"  assembler lint {output}",
        *([] if adopted.given else [f"  assembler verify {web} --against {factory}"]),
        *([f"  assembler migrate {output / 'migrations.yaml'}"] if has_database else []),
        f"  assembler run {web}",
    ]


def _report(adopted: Adopted, written: list[str], *, is_glued: bool) -> None:
    from assembler.diagnostics import codes
    from assembler.diagnostics.diagnostic import Place

    for file in written:
        click.echo(f"wrote {file}")
    for name, one in adopted.drafts.items():
        for todo in one.todos:
            left = todo.leftover
            place = f"{os.path.relpath(left.file)}:{left.line}-{left.end_line}"
            click.echo(f"{name}: left over: {place}: {left.reason}")
        for action, note in one.iter_notes():
            place = f"{os.path.relpath(action.file)}:{action.line}"
            click.echo(f"{name}: order: {place}: {note}")
    if any(one.todos for one in adopted.drafts.values()) and not is_glued:
        click.echo("`--glue` moves what is left over into a module of its own, as it is written")
    if adopted.observed.failure:
        message = f"the factory failed: {adopted.observed.failure}"
        hint = (
            "Pass what it needs with `--config` or `--args`, let it reach the network, or name the "
            "function that returns the app."
        )
        at = Place(written[0])
        write_diagnostics([codes.FACTORY_NOT_WATCHED.at(at, message, hint=hint)])


__all__ = ["command"]
