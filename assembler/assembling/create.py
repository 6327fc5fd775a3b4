"""Carry a plan out: patches, then the Flask object, then config, then extensions."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Literal, get_args

from assembler.assembling.process import find_runner
from assembler.patching.applying import apply_patches
from assembler.planning.loading import Loaded, load_plan, prepare_path
from assembler.planning.patch_calls import load_patch_calls
from assembler.report import PatchProof, Report

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from pathlib import Path

    from flask import Flask

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
    above: tuple[Path, ...] = (),
) -> Flask:
    """Make the app of a plan, in a process that is patched as the plan says.

    Args:
        loaded: The plan.
        proofs: What `apply_plan_patches` gave.
        config: The caller's config.
        patches: How the process came to be patched.
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
        app = carry_out(loaded, report, closers, config, above)
        report.closers = closers.pop_all()
    return app
