"""Compare the profile that runs with its files as they are now."""

from __future__ import annotations

from typing import Any, NamedTuple

from assembler.diagnostics.diagnostic import ProfileError
from assembler.planning.loading import load_profile
from assembler.rendering.console import render_masked
from assembler.rendering.status import find_changes
from assembler.runners.status import render_profile_root

__all__ = ["OnDisk", "compare_on_disk", "read_on_disk"]


class OnDisk(NamedTuple):
    """A profile's files as they are now."""

    digest: str | None  # None: it is broken
    text: str  # composed and masked; of a broken one, why


def read_on_disk(profile: str, policy_file: str | None) -> OnDisk:
    """Compose a profile from its files."""
    try:
        loaded = load_profile(profile, env=None, policy_file=policy_file)
    except ProfileError as error:
        return OnDisk(None, render_masked(error.diagnostics).partition("\n")[0])
    return OnDisk(loaded.composed.digest, render_profile_root(loaded))


def compare_on_disk(digest: str, running: str, on_disk: OnDisk) -> dict[str, Any]:
    """Return what is different, in plain JSON types.

    Args:
        digest: Of the profile that runs.
        running: It, composed and masked.
        on_disk: Its files.
    """
    if on_disk.digest is None:
        return {"state": f"broken: {on_disk.text}", "digest": None, "changes": []}
    if on_disk.digest == digest:
        return {"state": "the same", "digest": digest, "changes": []}
    changes = find_changes(running, on_disk.text)
    return {"state": "edited", "digest": on_disk.digest, "changes": changes}
