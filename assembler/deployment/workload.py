"""Read off a profile what a deployment has to know of the process that runs it."""

from __future__ import annotations

import math
import os
import posixpath
import re
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assembler.deployment.written import find_instance, find_sqlite, find_written
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Collector, ProfileError
from assembler.document.nodes import ScalarNode, find_text, iter_scalars
from assembler.document.template import Variable, find_template, iter_variables
from assembler.references.reference_forms import iter_references
from assembler.serving.bind import parse_binds, parse_management_bind
from assembler.serving.server_options import select_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assembler.diagnostics.diagnostic import Place
    from assembler.document.nodes import Node
    from assembler.language.profile import Profile, Step

__all__ = ["DEPLOYED", "RUNTIME", "STATE", "Workload", "build_label", "build_workload", "relate"]

RUNTIME = "/run/assembler"  # of a container: for the control socket
STATE = "/data"  # for the last good profile, and what beat has sent
WRITABLE = ("/tmp/", "/dev/shm/", f"{RUNTIME}/", f"{STATE}/")  # noqa: S108 - of a container alone
DEPLOYED = ("migrations", "web", "worker", "beat")  # in the order in which they start
NOT_IN_A_LABEL = re.compile(r"[^a-z0-9]+")
LIMIT_LABEL = 24  # so that a Job's name, of two and a digest, is one as well
DEFAULT_PORT = 5000
GRACEFUL_SECONDS = 30  # gunicorn's own, and that of the other servers
WARM_SECONDS = 60  # for the tasks in hand, where no limit of theirs is written
CREDENTIALS = "CREDENTIALS_DIRECTORY"
NOT_READ = frozenset({CREDENTIALS, "FLASK_DEBUG"})  # who runs it decides, not a Secret


@dataclass(frozen=True, slots=True)
class Workload:
    """One profile, as whoever runs it needs to know it. Paths are those of the deployed machine."""

    name: str  # a DNS label
    role: str
    path: str  # of the profile, relative to the project's folder
    port: int
    is_open: bool  # whether others than the machine itself reach the port as it is written
    management_port: int | None
    health: str | None  # the path below which the step `health` answers; ``None``: no such step
    health_file: str | None  # of a worker or beat
    boot_seconds: int
    drain_seconds: int
    stop_seconds: int  # how long it may go on with what it has begun
    required: tuple[str, ...]  # variables without a default
    optional: tuple[str, ...]
    prefixes: tuple[str, ...]  # of the variables that an `env` source reads
    files: tuple[str, ...]  # that `$file` reads
    credentials: tuple[str, ...]  # those of them that are where systemd puts credentials
    folders: tuple[str, ...]  # that a `secrets` source reads
    scratch: tuple[str, ...]  # folders that steps write to, which may be empty at each start
    data: tuple[str, ...]  # the same, but what is in them has to stay
    sqlite: Place | None  # where a SQLite file that is not in one of these is named

    @property
    def command(self) -> list[str]:
        """What follows `assembler`, but for what one kind of deployment adds."""
        word = {"web": "run", "migrations": "migrate"}.get(self.role, self.role)
        return [word, self.path]

    @property
    def arguments(self) -> list[str]:
        """What follows `assembler` in a container, whose loopback nobody else reaches."""
        word, path = self.command
        if self.role == "web" and not self.is_open:
            return [word, "--bind", f"0.0.0.0:{self.port}", path]
        if self.role == "beat":
            return [word, path, "--", "--schedule", f"{STATE}/beat-schedule"]
        return [word, path]

    @property
    def health_folder(self) -> str | None:
        """The folder of a container that is to be writable for the health file, if any."""
        folder = posixpath.dirname(self.health_file) if self.health_file else None
        return None if folder is None or f"{folder}/".startswith(WRITABLE) else folder

    @property
    def probe_port(self) -> int:
        """The port at which health is asked for."""
        return self.management_port or self.port

    @property
    def end_seconds(self) -> int:
        """How long its end may take: draining, then what it has begun, and a little more."""
        return self.drain_seconds + self.stop_seconds + 10


def build_label(text: str) -> str:
    """Return ``text`` as a DNS label."""
    label = NOT_IN_A_LABEL.sub("-", text.lower()).strip("-")[:LIMIT_LABEL]
    return label.rstrip("-") or "app"


class _Deployed(NamedTuple):
    """Where the project is on the deployed machine."""

    root: Path  # of the project here
    folder: str  # there

    def place(self, part: Profile, node: Node, text: str) -> str:
        """Return the path there of a file that a profile names."""
        return _deploy_path(part.get_folder(node), text, self.root, self.folder)

    def place_all(self, nodes: Iterable[tuple[Profile, Node | None]]) -> tuple[str, ...]:
        """Return the paths of the nodes that no variable decides."""
        known = [(part, one) for part, one in nodes if isinstance(one, ScalarNode)]
        found = {self.place(part, one, one.text) for part, one in known if "${" not in one.text}
        return tuple(sorted(found))


def build_workload(
    profile: Profile, mounted: Sequence[Profile], paths: Sequence[Path], folder: str
) -> Workload:
    """Read a profile whose variables are not known.

    Args:
        profile: The profile; each variable has its default, or stays as written.
        mounted: Those that it mounts: its process reads what they read.
        paths: The project's root, then where its modules are found as well.
        folder: Where the root is on the deployed machine.

    Raises:
        ProfileError: for a profile that no deployment runs.
    """
    _check_role(profile)
    parts, deployed = (profile, *mounted), _Deployed(paths[0], folder)
    instances = [find_instance(part, paths, folder) for part in parts]
    written = find_written(zip(parts, instances, strict=True), WRITABLE)
    bind = next((one for one in parse_binds(profile, Collector()) if one.path is None), None)
    management = parse_management_bind(profile, Collector())
    return Workload(
        name=build_label(profile.name),
        role=profile.role,
        path=relate(profile.file, deployed.root) or profile.file.as_posix(),
        port=bind.port if bind and bind.port else DEFAULT_PORT,
        is_open=bind is not None and not bind.is_loopback,
        management_port=management.port if management and management.path is None else None,
        health=_find_health(profile),
        health_file=_place_health_file(profile, deployed),
        boot_seconds=math.ceil(profile.server.boot_timeout),
        drain_seconds=math.ceil(profile.server.drain_seconds),
        stop_seconds=_find_stop_seconds(profile),
        scratch=written.scratch,
        data=written.data,
        sqlite=find_sqlite(profile, instances[0], written.data),
        **_find_inputs(parts, deployed),
    )


def _find_inputs(parts: Sequence[Profile], deployed: _Deployed) -> dict[str, tuple[str, ...]]:
    """Return the variables, files and folders that profiles read, as `Workload` names them."""
    required, optional = _find_variables(parts)
    files = [(part, one.get("$file")) for part in parts for one in iter_references(part.node)]
    sources = [(part, step) for part in parts for step in part.config]
    folders = [(part, step.options.get("path")) for part, step in sources if step.use == "secrets"]
    return {
        "required": required,
        "optional": optional,
        "prefixes": tuple(sorted({_get_prefix(step) for _, step in sources if step.use == "env"})),
        "files": deployed.place_all(files),
        "credentials": deployed.place_all(one for one in files if _is_credential(one[1])),
        "folders": deployed.place_all(folders),
    }


def _find_health(profile: Profile) -> str | None:
    """Return the path of the routes that say that it is well; ``None``: it has none."""
    step = next((step for step in profile.extensions if step.use == "health"), None)
    return None if step is None else find_text(step.options.get("url_prefix")) or "/health"


def _place_health_file(profile: Profile, deployed: _Deployed) -> str | None:
    worker, file = profile.worker.node, profile.worker.health_file
    return file and deployed.place(profile, worker.get("health_file") or worker, file)


def _check_role(profile: Profile) -> None:
    if profile.abstract:
        message = f"'{profile.name}' is abstract, and cannot be deployed"
        hint = "Name a profile that extends it."
        found = codes.ABSTRACT_PROFILE.at(profile.place_of("abstract"), message, hint=hint)
        raise ProfileError([found])
    if profile.role not in DEPLOYED:
        message = f"a profile with the role '{profile.role}' is not deployed"
        hint = f"Name profiles with the roles {', '.join(DEPLOYED)}."
        found = codes.ROLE_NOT_SERVED.at(profile.place_of("role"), message, hint=hint)
        raise ProfileError([found])


def _find_variables(parts: Iterable[Profile]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the variables that must be set, and the others."""
    required: set[str] = set()
    read: set[str] = set()
    roots = (part.composed.root for part in parts)
    for scalar in chain.from_iterable(iter_scalars(root, needs_dollar=True) for root in roots):
        template = find_template(scalar.text)
        read |= {one.name for one in iter_variables(template)}
        variables = (one for one in template if isinstance(one, Variable))
        required |= {
            one.name for one in variables if not one.operator or one.operator.endswith("?")
        }
    return tuple(sorted(required)), tuple(sorted(read - required - NOT_READ))


def _find_stop_seconds(profile: Profile) -> int:
    if profile.role != "web":
        return math.ceil(profile.worker.settings.get("task_time_limit", WARM_SECONDS))
    options = select_options(profile.server, profile.server.use or "gunicorn")
    node = options.get("graceful_timeout") or options.get("stop_timeout")
    written = node.value if isinstance(node, ScalarNode) else None
    return math.ceil(written) if isinstance(written, (int, float)) else GRACEFUL_SECONDS


def _is_credential(node: Node | None) -> bool:
    return isinstance(node, ScalarNode) and CREDENTIALS in (node.written or "")


def _get_prefix(step: Step) -> str:
    return find_text(step.options.get("prefix")) or "FLASK"


def _deploy_path(base: Path, text: str, root: Path, folder: str) -> str:
    """Return where a path is on the deployed machine."""
    if text.startswith("/"):
        return posixpath.normpath(text)
    relative = posixpath.join(relate(base, root) or base.as_posix(), text)
    return posixpath.normpath(posixpath.join(folder, relative))


def relate(path: Path, root: Path) -> str | None:
    """Return a path relative to the project's root, with slashes; ``None`` outside of it."""
    relative = Path(os.path.relpath(path, root))
    return None if ".." in relative.parts else relative.as_posix()
