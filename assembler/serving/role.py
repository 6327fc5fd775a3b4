"""Refuse to serve a profile that is not for a web process, and say what runs it instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.language.profile import Profile

__all__ = ["find_celery_role_fault", "find_role_fault"]

# What runs a profile of each other role; ``{path}`` is the profile.
REMEDIES = {
    "migrations": "Run `assembler migrate {path}`",
    "job": "Run `assembler flask {path} COMMAND`",
    "worker": "Run `assembler worker {path}`",
    "beat": "Run `assembler beat {path}`",
    "test": "Call `create_app('{path}')` in a fixture of pytest's",
}


def find_role_fault(profile: Profile) -> Diagnostic | None:
    """Return what is wrong with serving ``profile``; ``None``: it is for a web process."""
    remedy = REMEDIES.get(profile.role)
    if remedy is None:
        return None
    node = profile.node.get("role")
    return codes.ROLE_NOT_SERVED.at(
        profile.node.place if node is None else node.place,
        f"the role is {profile.role}, and `run` serves only web",
        hint=f"{remedy.format(path=profile.composed.path)}, or pass `--any-role`.",
    )


def find_celery_role_fault(profile: Profile, command: str) -> Diagnostic | None:
    """Return what is wrong with running Celery's ``command`` on ``profile``, as above."""
    if profile.role == command:
        return None
    path = profile.composed.path
    remedy = {"web": "Run `assembler run {path}`", **REMEDIES}[profile.role].format(path=path)
    node = profile.node.get("role")
    return codes.ROLE_NOT_SERVED.at(
        profile.node.place if node is None else node.place,
        f"the role is {profile.role}, and `{command}` runs only {command}",
        hint=f"{remedy}, or write `role: {command}`.",
    )
