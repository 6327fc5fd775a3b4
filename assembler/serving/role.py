"""Refuse to serve a profile that is not for a web process, and say what runs it instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.language.profile import Profile

__all__ = ["find_role_fault"]

# What runs a profile of each other role; ``{path}`` is the profile.
REMEDIES = {
    "migrations": "Run `assembler migrate {path}`",
    "job": "Run `assembler flask {path} COMMAND`",
    "worker": "Call `create_app('{path}')` in Celery's module, and run `celery -A MODULE worker`",
    "beat": "Call `create_app('{path}')` in Celery's module, and run `celery -A MODULE beat`",
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
