"""Read the profiles of a deployment, and write or compare what is rendered from them."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assembler.deployment.stack import Stack
from assembler.deployment.workload import DEPLOYED, build_label, build_workload, relate
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.document.nodes import find_text
from assembler.files import read_file
from assembler.planning.loading import load_profile
from assembler.planning.mounted_profiles import load_mounted
from assembler.policy import find_policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.language.profile import Profile

__all__ = ["compare_files", "find_beats_twice", "find_lone_databases", "load_stack", "write_files"]

LIMIT_BYTES = 1024 * 1024  # of a ConfigMap, and of a profile
CONFIG_FILES = (".toml", ".json", ".yaml", ".yml", ".py", ".cfg")
RENDERED = "# Rendered by `assembler render` "
REPLICAS = re.compile(r"\breplicas: (?P<number>\d+)")
LONE_HINT = "Name a server that all reach, as `${DATABASE_URL:?}`."
TWICE_HINT = "Deploy one beat, with one replica, whose schedule has all of it."


def load_stack(
    paths: Iterable[str], chosen: Mapping[str, str | None], replicas: int, policy_file: str | None
) -> Stack:
    """Read the profiles, without any variable, and put them together.

    Args:
        paths: The profiles.
        chosen: The options ``name``, ``image`` and ``folder``, which may name the first.
        replicas: How many of each there are at least.
        policy_file: The value of ``--policy``.

    Raises:
        ProfileError: with all that is wrong with any of them.
    """
    profiles = _load_profiles(dict.fromkeys(paths), policy_file)
    policy = find_policy(os.environ, Path.cwd(), policy_file)
    root = (policy.root or profiles[0].file.parent).absolute()
    for profile in profiles:
        if relate(profile.file, root) is None:
            message = f"{profile.composed.path} is outside of the project, which is in {root}"
            raise click.UsageError(message)
    name = build_label(chosen["name"] or policy.settings.package or root.name)
    folder = (chosen["folder"] or "").replace("{name}", name)
    mounted = [load_mounted(profile, policy_file) for profile in profiles]
    paths_of_modules = [root, *(root / one for one in policy.settings.pythonpath)]
    workloads = [
        build_workload(profile, inner, paths_of_modules, folder)
        for profile, inner in zip(profiles, mounted, strict=True)
    ]
    names = [one.name for one in workloads]
    twice = next((one for one in names if names.count(one) > 1), None)
    if twice is not None:
        message = f"two of the profiles are called '{twice}'"
        raise click.UsageError(message)
    workloads.sort(key=lambda one: (DEPLOYED.index(one.role), one.name))
    profiles += chain.from_iterable(mounted)
    files = [file for one in profiles for file in one.composed.files.values()]
    image = chosen["image"] or f"{name}:1"
    stack = Stack(name, image, folder, replicas, tuple(workloads), _read_texts(files, root))
    _check_folders(stack)
    others = _read_texts([file for one in profiles for file in _iter_config_files(one)], root)
    hidden = {path: text for path, text in others.items() if stack.is_mounted(f"{folder}/{path}")}
    return replace(stack, texts=stack.texts | hidden)


def _read_texts(files: Iterable[Path], root: Path) -> dict[str, str]:
    """Return the texts of those below the root, by their paths in it."""
    paths = {file: relate(file, root) for file in files}
    return {path: _read_text(file, path) for file, path in paths.items() if path is not None}


def _read_text(file: Path, path: str) -> str:
    try:
        return read_file(file, LIMIT_BYTES).decode()
    except (OSError, UnicodeDecodeError) as error:
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        message = f"the file cannot be rendered with the profiles: {why}"
        hint = "Move it out of the folder of the profiles, or mend it."
        raise ProfileError(
            [codes.CONFIG_FILE_BROKEN.at(Place(path), message, hint=hint)]
        ) from error


def _check_folders(stack: Stack) -> None:
    """Reject what is to be written, or mounted, among the profiles, which are read-only there.

    Raises:
        ProfileError: at each profile that has some.
    """
    found = [
        codes.WRONG_VALUE.at(
            Place(one.path),
            f'"{path}" is among the profiles, which are mounted read-only',
            hint="Name a folder of its own, such as /run/secrets or /tmp, by its full path.",
        )
        for one in stack.workloads
        for path in (
            *one.folders,
            *([one.health_file] if one.health_file else []),
            *one.scratch,
            *one.data,
        )
        if stack.is_mounted(path)
    ]
    if found:
        raise ProfileError(found)


def _load_profiles(paths: Iterable[str], policy_file: str | None) -> list[Profile]:
    profiles: list[Profile] = []
    found: list[Diagnostic] = []
    for path in paths:
        try:
            profiles.append(load_profile(path, env=None, policy_file=policy_file))
        except ProfileError as error:
            found += error.diagnostics
    if found:
        raise ProfileError(found)
    return profiles


def _iter_config_files(profile: Profile) -> Iterator[Path]:
    """Yield the config files that it reads by a path of its own."""
    for step in profile.config:
        path = step.options.get("path")
        text, start = find_text(path), find_text(step.options.get("relative_to"))
        if step.use == "file" and path is not None and text and start in {None, "profile"}:
            file = profile.get_folder(path) / text
            if file.suffix in CONFIG_FILES and file.is_file():
                yield file


def find_beats_twice(stack: Stack, folder: Path | None) -> list[Diagnostic]:
    """Warn of a second beat, also where a file of ``folder`` has more replicas of one."""
    beats = [one for one in stack.workloads if one.role == "beat"]
    message = "beat runs twice, and each task of its schedule is sent twice"
    places = [Place(one.path) for one in beats[1:]]
    files = [folder / f"2-{beat.name}.yaml" for beat in beats] if folder is not None else []
    for file in filter(Path.is_file, files):
        written = REPLICAS.search(file.read_text("utf-8", errors="replace"))
        if written is not None and int(written["number"]) > 1:
            places.append(Place(str(file)))
    return [codes.BEAT_RUNS_TWICE.at(place, message, hint=TWICE_HINT) for place in places]


def find_lone_databases(stack: Stack) -> list[Diagnostic]:
    """Warn of a SQLite file that a migration upgrades in a container of its own."""
    roles = {one.role for one in stack.workloads if one.sqlite is not None}
    if not {"migrations"} < roles:
        return []
    message = "each container has a SQLite file of its own, which the migration does not reach"
    places = dict.fromkeys(one.sqlite for one in stack.workloads if one.sqlite is not None)
    return [codes.SQLITE_NOT_SHARED.at(place, message, hint=LONE_HINT) for place in places]


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files, and remove those that were rendered before and are no more.

    Raises:
        ClickException: if one cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in _find_left_over(folder, files):
            (folder / name).unlink()
        for name, text in files.items():
            (folder / name).write_bytes(text.encode())
    except OSError as error:
        message = f"{error.filename or folder} cannot be written: {error.strerror}"
        raise click.ClickException(message) from error


def compare_files(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Return a line for each file that is missing, differs, or is no longer rendered."""
    lines = []
    for name, text in files.items():
        file = folder / name
        if not file.is_file():
            lines.append(f"{file} is missing")
        elif file.read_bytes() != text.encode():
            lines.append(f"{file} differs")
    return [*lines, *(f"{folder / name} is left over" for name in _find_left_over(folder, files))]


def _find_left_over(folder: Path, files: Mapping[str, str]) -> list[str]:
    if not folder.is_dir():
        return []
    return [
        file.name
        for file in sorted(folder.iterdir())
        if file.name not in files
        and file.is_file()
        and file.read_bytes().startswith(RENDERED.encode())
    ]
