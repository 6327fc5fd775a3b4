"""Write profiles for a hand-written factory."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assembler.commands.arguments import (
    json_option,
    policy_option,
    read_env_files,
    timeout_option,
)
from assembler.rendering.console import write_diagnostics, write_error
from assembler.steps.entry_points import ignore_current_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assembler.adopting.adoption import Adopted, Request

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
    default=Path("profiles"),
    show_default=True,
    help="The folder to write the profiles into; a file that exists is never overwritten.",
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
    from assembler.adopting.watching import Call
    from assembler.modules.module_index import ModuleIndex, find_module_folders
    from assembler.policy import find_policy

    ignore_current_folder()
    read_env_files()
    if ":" not in factory:
        raise click.UsageError(f"expected MODULE:FACTORY, got '{factory}'")
    policy = find_policy(os.environ, Path.cwd(), policy_file)
    index = ModuleIndex(find_module_folders(policy, Path.cwd()))
    positional, options = _read_arguments(config, args)
    call = Call(factory, positional, options, allow_network, timeout_seconds)
    network = "with the network" if allow_network else "without the network"
    write_error(WARNING.format(factory=factory, network=network))
    module = _name_glue(index, factory) if glue else None
    root = Path.cwd()
    request = Request(call, root, root / output, module)
    adopted = adopt(index, request)
    written = _write(adopted, output, module, index)
    _report(adopted, written, is_glued=glue)
    if adopted.observed.failure:
        return 1
    file = None if policy.path is None else str(policy.path)
    status = _verify(adopted, request, file, index.folders) if verifies else 0
    click.echo("\n".join(_list_next(adopted, output, factory)))
    return status


def _read_arguments(config: object, args: Any) -> tuple[list[Any], dict[str, Any]]:  # noqa: ANN401 - any JSON
    if config is not None and isinstance(args, list):
        raise click.UsageError("--config is the first argument: it cannot stand beside a list")
    if isinstance(args, dict) and set(args) != {"$import"}:
        return ([] if config is None else [config]), args
    given = args if isinstance(args, list) else [] if args is None else [args]
    return ([*given] if config is None else [config, *given]), {}


def _name_glue(index: Any, factory: str) -> str:  # noqa: ANN401 - a module index
    top = factory.partition(":")[0].partition(".")[0]
    module = index.find_module(top)
    return f"{top}.glue" if module is not None and module.is_package else f"{top}_glue"


def _write(adopted: Adopted, output: Path, module: str | None, index: Any) -> list[str]:  # noqa: ANN401 - as above
    from assembler.diagnostics import codes
    from assembler.diagnostics.diagnostic import Place, ProfileError

    files = {output / name: text for name, text in adopted.files.items()}
    if adopted.glue is not None and module is not None:
        top, _, last = module.partition(".")
        found = index.find_module(top)
        folder = Path(found.file).parent if last and found and found.file else Path.cwd()
        files[folder / f"{last or top}.py"] = adopted.glue
    existing = [
        Place(os.path.relpath(file)) for file, text in files.items() if not _can_write(file, text)
    ]
    if existing:
        hint = (
            "Remove it if you have not changed it since `adopt` wrote it, or write into another "
            "folder with `-o FOLDER`."
        )
        message = "it exists, and nothing is overwritten"
        raise ProfileError([codes.FILE_NOT_WRITTEN.at(one, message, hint=hint) for one in existing])
    output.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        file.write_text(text, encoding="utf-8")
    return [os.path.relpath(one) for one in files]


def _can_write(file: Path, text: str) -> bool:
    """Return whether a file is not there, or says the same already."""
    return not file.exists() or (file.is_file() and file.read_bytes() == text.encode())


def _verify(
    adopted: Adopted, request: Request, policy_file: str | None, folders: Sequence[str]
) -> int:
    """Print how each profile compares, and write what is meant to differ; 1 if anything is not."""
    from assembler.adopting.verification import render_expectations, verify
    from assembler.ledger.text import render_verdict

    is_same = True
    for one in verify(adopted, request, policy_file, folders):
        if one.unknown is not None:
            click.echo(f"{one.profile}: not compared, what is passed as '{one.unknown}' is open")
            continue
        if one.verdict is None:
            write_diagnostics(one.found)
            is_same = False
            continue
        expected = one.verdict.expected
        shown = os.path.relpath(one.verdict.profile.source)
        said = render_verdict(replace(one.verdict, expected=[]))
        click.echo(said.replace(one.verdict.profile.source, shown), nl=False)
        is_same = is_same and one.verdict.is_same
        if expected:
            file = (request.folder / one.profile).with_suffix(".differences.yaml")
            text, path = render_expectations(expected), os.path.relpath(file)
            if _can_write(file, text):
                file.write_text(text, encoding="utf-8")
                click.echo(f"wrote {path}, with what differs by intent")
            else:
                click.echo(f"left {path} as it is; what differs by intent is:\n{text}", nl=False)
    return 0 if is_same else 1


def _list_next(adopted: Adopted, output: Path, factory: str) -> list[str]:
    """Return the commands that come next."""
    has_database = "migrations.yaml" in adopted.files
    web = output / "web.yaml"
    return [
        "next:",
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
    if any(one.todos for one in adopted.drafts.values()) and not is_glued:
        click.echo("`--glue` moves what is left over into a module of its own, as it is written")
    if adopted.observed.failure:
        message = f"the factory failed: {adopted.observed.failure}"
        hint = "Pass what it needs with `--config` or `--args`, or let it reach the network."
        at = Place(written[0])
        write_diagnostics([codes.FACTORY_NOT_WATCHED.at(at, message, hint=hint)])


__all__ = ["command"]
