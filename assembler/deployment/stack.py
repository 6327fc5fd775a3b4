"""Put the profiles of one deployment together, with what whoever deploys them has chosen."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assembler.deployment.workload import build_label

if TYPE_CHECKING:
    from assembler.deployment.workload import Workload

__all__ = ["USER", "Stack", "escape", "quote"]

NOT_IN_A_KEY = re.compile(r"[^\w.-]", re.ASCII)
USER = 10001  # by number, so that Kubernetes can see that it is not root


@dataclass(frozen=True, slots=True)
class Stack:
    """A set of profiles that are deployed together."""

    name: str  # a DNS label
    image: str
    folder: str  # where the project's root is on the deployed machine
    replicas: int  # of each web and worker profile, at least
    workloads: tuple[Workload, ...]
    texts: dict[str, str]  # the profiles, their bases and the config files beside them, by path

    @property
    def profiles_folder(self) -> str:
        """The folder that holds all of ``texts``, relative to the project's root."""
        folders = [posixpath.dirname(path) for path in self.texts]
        return posixpath.commonpath(folders) or "."

    @property
    def mounted_folder(self) -> str:
        """The same folder on the deployed machine."""
        return posixpath.normpath(posixpath.join(self.folder, self.profiles_folder))

    def is_mounted(self, path: str) -> bool:
        """Return whether a path is in the folder of the profiles, which is mounted as a whole."""
        return not self.is_scattered and f"{path}/".startswith(f"{self.mounted_folder}/")

    @property
    def is_scattered(self) -> bool:
        """Whether only the project's root holds them all."""
        return self.profiles_folder == "."

    @property
    def digest(self) -> str:
        """Some letters that are others when a profile, or the image, is another."""
        text = json.dumps([self.image, self.texts], sort_keys=True)
        return _digest(text)[:10]

    @property
    def map_name(self) -> str:
        """The name of the ConfigMap."""
        return f"{self.name}-profiles-{self.digest}"

    @property
    def keys(self) -> dict[str, str]:
        """The keys of the profiles in the ConfigMap, by their paths below ``profiles_folder``."""
        paths = [posixpath.relpath(path, self.profiles_folder) for path in sorted(self.texts)]
        return {path: NOT_IN_A_KEY.sub("_", path.replace("/", "__")) for path in paths}

    @property
    def claims(self) -> dict[str, str]:
        """The names of the volumes whose content stays, by the folders that they are mounted at."""
        folders = sorted({path for one in self.workloads for path in one.data})
        return {
            path: f"{build_label(posixpath.basename(path))}-{_digest(path)[:6]}" for path in folders
        }

    @property
    def head(self) -> str:
        """The first line of each file: how it was made, and so how it is changed."""
        paths = "".join(f"#   {escape(one.path)}\n" for one in self.workloads)
        return (
            f"# Rendered by `assembler render` from these; change them and render again:\n{paths}"
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def quote(text: object) -> str:
    """Return a value as YAML in flow style, on one line: JSON is such YAML."""
    return json.dumps(text, ensure_ascii=False)


def escape(text: str) -> str:
    """Return a text for a comment: on one line, whatever is in it."""
    return quote(text)[1:-1]
