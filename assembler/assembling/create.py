"""Carry a plan out: patches, then the Flask object, then config, then extensions."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from assembler.assembling.process import find_runner
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.files import is_file
from assembler.patching.applying import apply_patches
from assembler.planning.loading import Loaded, load_plan, prepare_path
from assembler.planning.patch_calls import load_patch_calls
from assembler.report import PatchProof, Report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from assembler.assembling.assembly import Assembly, Trial
    from assembler.language.profile import Step

__all__ = ["PatchesMode", "apply_plan_patches", "assemble", "create_app"]

PatchesMode = Literal["apply", "assume"]


def create_app(
    profile: str | os.PathLike[str],
    *,
    config: object | None = None,
    env: Mapping[str, str] | None = None,
    patches: PatchesMode = "apply",
) -> Flask:
    """Assemble the app of a profile.

    Args:
        profile: The profile's file, relative to the current directory.
        config: The last config source: a mapping, an object or class, or a string that
            ``from_object`` takes. ``None``: nothing.
        env: Stands in for the environment, in the profile and in the sources that read it.
        patches: ``apply``: patch the process as the profile says; ``assume``: take the process as
            it is, which the report says too.

    Returns:
        The app; its report is ``app.extensions["assembler"]``.

    Raises:
        ProfileError: with everything that is wrong.
        ValueError: if ``patches`` is neither of the two.
    """
    if patches not in get_args(PatchesMode):
        message = f"expected patches to be 'apply' or 'assume', got {patches!r}"
        raise ValueError(message)
    loaded = load_plan(profile, env=env)
    prepare_path(loaded.policy)
    proofs = apply_plan_patches(loaded, patches)
    return assemble(loaded, proofs, config=config, patches=patches)


def apply_plan_patches(loaded: Loaded, mode: PatchesMode = "apply") -> list[PatchProof]:
    """Patch the process as the plan says, and prove it.

    Raises:
        ProfileError: if that cannot be, or comes too late.
    """
    return apply_patches(
        load_patch_calls(loaded.plan),
        place=loaded.plan.profile.place_of("patches"),
        mode=mode,
        found_by=find_runner().patched_by,
    )


def assemble(
    loaded: Loaded,
    proofs: list[PatchProof],
    *,
    config: object | None = None,
    patches: PatchesMode = "apply",
    trial: Trial | None = None,
    above: tuple[Path, ...] = (),
) -> Flask:
    """Make the app of a plan, in a process that is patched as the plan says.

    Args:
        loaded: The plan.
        proofs: What `apply_plan_patches` gave.
        config: The caller's config.
        patches: How the process came to be patched.
        trial: Whoever only tries whether the app can be assembled.
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
        patches_mode=patches,
        runner=find_runner().name,
        patches=proofs,
    )
    with ExitStack() as closers:
        mount = _Mount((*above, profile.file))
        app = carry_out(loaded, report, closers, config=config, trial=trial, mount=mount.assemble)
        report.closers = closers.pop_all()
    return app


class _Mount:
    """Assemble the profiles that steps mount, each below the one that names it."""

    def __init__(self, above: tuple[Path, ...]) -> None:
        self._above = above

    def assemble(self, assembly: Assembly, path: str, step: Step) -> Flask:
        said = step.node.get("use") or step.node
        file = assembly.loaded.plan.profile.get_folder(said) / path
        if file.resolve() in [known.resolve() for known in self._above]:
            message = f'"{path}" mounts itself'
            hint = "Mount another profile, or take one out of the circle."
            raise ProfileError([codes.EXTENDS_CYCLE.at(step.place, message, hint=hint)])
        if not is_file(file):
            message = f'there is no profile "{path}" to mount'
            hint = "Give a path relative to the file that says the step."
            raise ProfileError([codes.FILE_NOT_FOUND.at(step.place, message, hint=hint)])
        report = assembly.report
        policy_file = assembly.loaded.policy.path
        is_relative = not Path(step.node.path).is_absolute()
        loaded = load_plan(
            os.path.relpath(file) if is_relative else file,  # as the profile above is shown
            env=assembly.loaded.env,
            policy_file=None if policy_file is None else str(policy_file),
        )
        mode: PatchesMode = "assume" if report.patches_mode == "assume" else "apply"
        proofs = apply_plan_patches(loaded, mode)
        app = assemble(loaded, proofs, patches=mode, trial=assembly.trial, above=self._above)
        assembly.closers.callback(app.extensions["assembler"].close)
        return app
