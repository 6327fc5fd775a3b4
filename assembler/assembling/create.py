"""Carry a plan out: patches, then the Flask object, then config, then extensions."""

from __future__ import annotations

import os
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, get_args

from assembler.assembling.assembly import Assembly
from assembler.assembling.import_times import timing_imports
from assembler.assembling.masked_error import build_masked_error
from assembler.assembling.process import find_runner
from assembler.assembling.progress import doing, note_closing
from assembler.assembling.watching import watching
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.files import is_file
from assembler.patching.applying import apply_patches
from assembler.planning.arguments import check_arguments
from assembler.planning.loading import Loaded, load_plan, prepare_path
from assembler.policy import Use
from assembler.references.reference_forms import build_fault_diagnostics
from assembler.report import (
    RESCUE,
    Outcome,
    Patched,
    PatchesMode,
    Report,
    StepReport,
)
from assembler.secrets.memory import build_environment_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask

    from assembler.assembling.assembly import Trial, Watcher
    from assembler.document.nodes import Node
    from assembler.planning.patch_calls import PatchCall

__all__ = ["Passed", "apply_plan_patches", "assemble", "create_app"]


class Passed(NamedTuple):
    """What the caller of `create_app` passed for the profile to use."""

    config: object | None
    arguments: Mapping[str, object]


NOTHING = Passed(None, {})
MODES = get_args(PatchesMode)
RESCUED = "the profile on disk cannot be assembled: this is the last one that served well"


def create_app(
    profile: str | os.PathLike[str],
    *,
    config: object | None = None,
    arguments: Mapping[str, object] | None = None,
    env: Mapping[str, str] | None = None,
    patches: PatchesMode = "apply",
) -> Flask:
    """Assemble the app of a profile.

    Args:
        profile: The profile's file, relative to the current directory.
        config: The last config source: a mapping, an object or class, or a string that
            ``from_object`` takes. ``None``: nothing.
        arguments: What ``{$argument: name}`` means, by name.
        env: Stands in for the environment, in the profile and in the sources that read it.
        patches: ``apply``: patch the process as the profile says; ``assume``: leave the process as
            it is.

    Returns:
        The app; its report is ``app.extensions["assembler"]``.

    Raises:
        ProfileError: with everything that is wrong.
        ValueError: if ``patches`` is neither of the two.
    """
    if patches not in MODES:
        message = f"expected patches to be 'apply' or 'assume', got {patches!r}"
        raise ValueError(message)
    try:
        loaded = load_plan(profile, env=env)
        passed = Passed(config, arguments or {})
        check_arguments(loaded.plan, passed.arguments)
        prepare_path(loaded.policy)
        patched = apply_plan_patches(loaded, patches)
    except ProfileError as error:
        fault = error
    else:
        return assemble(loaded, patched, passed)
    raise _build_early_error(fault, env)


def _build_early_error(fault: ProfileError, env: Mapping[str, str] | None) -> ProfileError:
    """Return an error of a profile that was not assembled, with its secrets masked."""
    from assembler.rendering.diagnostics import mask_secrets
    from assembler.rendering.source_excerpt import SourceLines

    secrets = build_environment_secrets({**os.environ, **(env or {})})
    masked = mask_secrets(secrets.mask_diagnostics(fault.diagnostics), SourceLines())
    return build_masked_error(fault, masked, secrets.scrub)


def apply_plan_patches(
    loaded: Loaded,
    mode: PatchesMode = "apply",
    tell: Callable[[PatchCall], object] | None = None,
) -> Patched:
    """Patch the process as the plan says, and prove it; ``tell`` is called after each patch.

    Raises:
        ProfileError: if that is impossible, or too late.
    """
    runner = find_runner()
    find_place = partial(loaded.plan.profile.place_of, "patches")
    with doing("step 'patches'", find_place):
        proofs = apply_patches(
            loaded.plan.patch_calls,
            find_place=find_place,
            mode=mode,
            found_by=runner.patched_by,
            tell=tell,
        )
    return Patched(mode, tuple(proofs), runner.name)


def assemble(  # noqa: PLR0913 - all but three by name
    loaded: Loaded,
    patched: Patched,
    passed: Passed = NOTHING,
    *,
    trial: Trial | None = None,
    watcher: Watcher | None = None,
    above: tuple[Path, ...] = (),
) -> Flask:
    """Make the app of a plan, in a process that is patched as the plan says.

    Args:
        loaded: The plan.
        patched: What `apply_plan_patches` returned.
        passed: What the caller passed.
        trial: Whoever only tries whether the app can be assembled.
        watcher: Whoever looks at the app after each step, but not at those that it mounts.
        above: The profiles that mount this one.

    Raises:
        ProfileError: at what fails; what was opened until then is closed again.
    """
    # Only now may Flask be imported: patches come first.
    from assembler.assembling.carrying_out import carry_out

    profile = loaded.plan.profile
    report = Report(
        profile=profile.name,
        path=profile.composed.path,
        role=profile.role,
        digest=profile.composed.digest,
        policy=None if loaded.policy.path is None else str(loaded.policy.path),
        patches_mode=patched.mode,
        runner=patched.runner,
        boot=patched.boot,
        patches=list(patched.proofs),
    )
    if patched.boot.kind == RESCUE:
        entry = StepReport("profile", "rescue", profile.composed.path, Outcome.PARTIAL, RESCUED)
        report.steps.append(entry)
    with timing_imports(), watching(loaded.plan, watcher) as looks, ExitStack() as closers:
        assembly = Assembly(loaded, patched, report, closers, trial, looks, passed.arguments)
        report.scrub = assembly.scrubber.scrub
        try:
            app = carry_out(assembly, passed.config, partial(_mount, (*above, profile.file)))
        except BaseException:
            note_closing(is_closing=True)
            raise
        report.close = closers.pop_all().close
    return app


def _mount(above: tuple[Path, ...], assembly: Assembly, node: Node, path: str) -> Flask:
    """Assemble the profile that ``node``, of the last of ``above``, says to mount."""
    profile = assembly.loaded.plan.profile
    file = profile.get_folder(node) / path
    if file.resolve() in [known.resolve() for known in above]:
        message, hint = f'"{path}" mounts itself', "Mount another profile, or remove a mount."
        raise ProfileError([codes.EXTENDS_CYCLE.at(node.place, message, hint=hint)])
    if not is_file(file):
        message = f'the profile "{path}" to mount does not exist'
        hint = "Write a path relative to the file that contains the step."
        raise ProfileError([codes.FILE_NOT_FOUND.at(node.place, message, hint=hint)])
    policy = assembly.loaded.policy
    refusal = policy.find_refusal(file, Use.FILE, shown=path)
    if refusal is not None:
        raise ProfileError(build_fault_diagnostics(refusal, node))
    policy_file = policy.path
    is_relative = not Path(node.path).is_absolute()
    loaded = load_plan(
        os.path.relpath(file) if is_relative else file,  # as the profile above is shown
        env=assembly.loaded.env,
        policy_file=None if policy_file is None else str(policy_file),
    )
    patched = apply_plan_patches(loaded, assembly.patched.mode)
    patched = patched._replace(boot=assembly.patched.boot)
    passed = Passed(None, assembly.arguments)
    try:
        app = assemble(loaded, patched, passed, trial=assembly.trial, above=above)
    except BaseException:
        note_closing(is_closing=False)  # it is closed, and the app above may go on without it
        raise
    report = app.extensions["assembler"]
    assembly.closers.callback(report.close)
    assembly.report.endings += report.endings
    return app
