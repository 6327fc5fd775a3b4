"""Load the profiles that a profile mounts."""

from __future__ import annotations

import os
from itertools import chain
from typing import TYPE_CHECKING

from assembler.planning.loading import load_profile
from assembler.planning.mounted import iter_mounted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.language.profile import Profile

__all__ = ["load_mounted"]


def load_mounted(
    profile: Profile, policy_file: str | None, env: Mapping[str, str] | None = None
) -> list[Profile]:
    """Return the profiles that a profile mounts, and those that they mount.

    Raises:
        ProfileError: at the first that cannot be read.
    """
    found = [profile]
    for one in found:  # which grows meanwhile
        for node in chain.from_iterable(map(iter_mounted, one.extensions)):
            file = one.get_folder(node) / node.text
            if file.resolve() not in [known.file.resolve() for known in found]:
                path = os.path.relpath(file)
                found.append(load_profile(path, env=env, policy_file=policy_file))
    return found[1:]
