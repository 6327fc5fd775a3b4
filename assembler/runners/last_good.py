"""Keep the last profile that was served well, and find it again when the one on disk is broken."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assembler.diagnostics.diagnostic import ProfileError
from assembler.files import read_file, write_atomically
from assembler.planning.loading import load_plan_of_texts
from assembler.policy import find_policy
from assembler.rendering.console import write_error
from assembler.runners.loading import build_serving

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.planning.loading import Loaded
    from assembler.runners.generation import Generation
    from assembler.runners.loading import Overrides, Serving

__all__ = ["LastGood", "find_rescue", "keep_good", "read_texts"]

VERSION = 1
FOLDER_MODE = 0o700
FILE_MODE = 0o600


def read_texts(loaded: Loaded) -> dict[str, str]:
    """Return the text of each file that a profile is made of, by its absolute path."""
    files = loaded.plan.profile.composed.files.values()
    return {str(file.absolute()): read_file(file).decode() for file in files}


class LastGood:
    """The file in which the last good profile of one server is kept; only its owner may read it.

    It holds the profile as it is written, with its bases: variables and references to secrets, but
    not their values.
    """

    def __init__(self, serving: Serving) -> None:
        """Find where it is; nothing is written yet."""
        profile = serving.loaded.plan.profile
        state = profile.server.reload.state
        self.path: Path | None = None
        if state == "auto":
            self.path = _find_file(profile.file, serving.loaded.root)
        elif state != "off":
            self.path = profile.find_server_places()["state"] / _render_name(profile.file)

    def save(self, serving: Serving, texts: Mapping[str, str]) -> str | None:
        """Keep a profile that serves well; return why that failed, if it did.

        Args:
            serving: What serves.
            texts: What `read_texts` returned when it was loaded.
        """
        if self.path is None:
            return None
        digest = serving.loaded.plan.profile.composed.digest
        kept = {"version": VERSION, "profile": serving.profile, "digest": digest, "files": texts}
        try:
            self.path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            if not self.path.exists():
                self.path.touch(FILE_MODE)
            write_atomically(self.path, json.dumps(kept).encode())
        except OSError as error:
            return f"{self.path}: {(error.strerror or str(error)).lower()}"
        return None


def keep_good(current: Generation, log: Any) -> None:  # noqa: ANN401 - gunicorn's
    """Keep the profile that serves, once it has served well for as long as probation takes."""
    seconds = current.profile.server.reload.probation_seconds
    is_proven = current.was_ready and time.time() - current.since >= seconds
    if current.is_kept or not is_proven:
        return
    current.is_kept = True
    serving = current.application.serving
    fault = None if serving.is_rescue else LastGood(serving).save(serving, current.texts)
    if fault is not None:
        log.warning("The last good profile could not be kept: %s", fault)


def find_rescue(profile: str, overrides: Overrides, path: Path | None = None) -> Serving | None:
    """Return what the last good profile serves; ``None``: there is none, which is said with why.

    Args:
        profile: The profile's file, which may be broken.
        overrides: The options of the command line.
        path: Where the last good one is kept, if that is known.
    """
    try:
        policy = find_policy(os.environ, Path.cwd(), overrides.policy_file)
        file = Path(profile).absolute()
        path = path or _find_file(file, policy.root or file.parent)
        kept = _read(path)
        loaded = load_plan_of_texts(
            profile,
            {name: text.encode() for name, text in kept["files"].items()},
            policy_file=overrides.policy_file,
            debug=overrides.debug,
        )
        return build_serving(loaded, profile, overrides)
    except ProfileError as error:
        write_error(f"there is no last good profile to serve: {error}")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        write_error(f"there is no last good profile to serve: {error}")
    return None


def _read(path: Path) -> dict[str, Any]:
    """Read what was kept.

    Raises:
        OSError: if there is none, or it is another user's.
        ValueError: if it is broken, or of another version.
    """
    found = path.stat()
    if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        message = f"{path}: it is not this user's alone"
        raise PermissionError(message)
    kept: dict[str, Any] = json.loads(read_file(path, limit_bytes=1 << 26))
    if kept["version"] != VERSION:
        message = f"{path}: it is of another version"
        raise ValueError(message)
    return kept


def _find_file(profile: Path, root: Path) -> Path:
    """Return where the last good one of ``profile`` is kept."""
    folder = root / "instance"
    if given := os.environ.get("XDG_STATE_HOME"):
        folder = Path(given) / "assembler"
    if given := os.environ.get("STATE_DIRECTORY"):  # of systemd, which may list several
        folder = Path(given.partition(":")[0])
    return folder / _render_name(profile)


def _render_name(profile: Path) -> str:
    return f"last-good-{hashlib.sha256(str(profile).encode()).hexdigest()[:12]}.json"
