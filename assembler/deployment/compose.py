"""Render a file for `docker compose`."""

from __future__ import annotations

import posixpath
import shlex
from textwrap import indent
from typing import TYPE_CHECKING

from assembler.deployment.stack import USER, escape, quote
from assembler.deployment.workload import RUNTIME, STATE, build_label

if TYPE_CHECKING:
    from assembler.deployment.stack import Stack
    from assembler.deployment.workload import Workload

__all__ = ["render_compose"]

MEMORY = {"web": "512M", "worker": "512M", "beat": "256M", "migrations": "256M"}
ASK = (
    "import sys, urllib.request as r; "
    "sys.exit(r.urlopen('http://127.0.0.1:{port}{path}/live', timeout=4).status != 200)"
)


def render_compose(stack: Stack) -> dict[str, str]:
    """Return the one file, by its name."""
    services = "".join(
        f"{one.name}:\n{indent(_render_service(stack, one), '  ')}" for one in stack.workloads
    )
    text = f"name: {stack.name}\nservices:\n{indent(services, '  ')}"
    rest = _render_volumes(stack) + _render_secrets(stack)
    return {"compose.yaml": stack.head + text + rest}


def _render_service(stack: Stack, one: Workload) -> str:
    return f"""\
image: {quote(stack.image)}
command: {quote(one.arguments)}
user: "{USER}:{USER}"
# Nothing but these folders can be written to; the profiles are those beside this project.
read_only: true
tmpfs: {quote(_list_writable(one))}
shm_size: 64mb
cap_drop: [ALL]
security_opt: ["no-new-privileges:true"]
{_render_mounts(stack, one)}{_render_environment(stack, one)}{_render_role(stack, one)}"""


def _list_writable(one: Workload) -> list[str]:
    health = [one.health_folder] if one.health_folder else []
    owned = dict.fromkeys([RUNTIME, STATE, *health, *one.scratch])
    return ["/tmp", *(f"{folder}:uid={USER},gid={USER}" for folder in owned)]  # noqa: S108 - its own


def _render_mounts(stack: Stack, one: Workload) -> str:
    paths = sorted(stack.texts) if stack.is_scattered else [stack.profiles_folder]
    text = "volumes:\n"
    for path in paths:
        inside = posixpath.join(stack.folder, path)
        entry = f"source: {quote(f'./{path}')}, target: {quote(inside)}, read_only: true"
        text += f"  - {{type: bind, {entry}}}\n"
    for path in (path for path in one.folders if not stack.is_mounted(path)):
        source = f"./secrets/{posixpath.basename(path)}"
        entry = f"source: {quote(source)}, target: {quote(path)}, read_only: true"
        text += f"  - {{type: bind, {entry}}}\n"
    for path in one.data:
        entry = f"source: {stack.claims[path]}, target: {quote(path)}"
        text += f"  - {{type: volume, {entry}}}\n"
    files = _list_files(stack, one)
    if files:
        text += "secrets:\n"
    for path in files:
        text += f"  - {{source: {_get_secret(path)}, target: {quote(path)}}}\n"
    return text


def _render_environment(stack: Stack, one: Workload) -> str:
    lines = [f"STATE_DIRECTORY: {STATE}\n"]
    lines += [
        f'{name}: "${{{name}:?}}"\n' if name in one.required else f"{name}:\n"
        for name in sorted({*one.required, *one.optional})
    ]
    text = (
        "# Taken from the shell, or from `.env`; one without a value there has its default.\n"
        f"environment:\n{indent(''.join(lines), '  ')}"
    )
    if one.prefixes:
        known = " and ".join(f"{escape(prefix)}_…" for prefix in one.prefixes)
        text += f"# For the source `env`: {known}.\n"
        text += f"env_file: [{{path: ./{stack.name}.env, required: false}}]\n"
    return text


def _render_role(stack: Stack, one: Workload) -> str:
    replicas = stack.replicas if one.role == "worker" else 1  # only one can publish a port
    text = (
        f"deploy: {{replicas: {replicas}, resources: {{limits: {{memory: {MEMORY[one.role]}}}}}}}\n"
    )
    if one.role == "beat":
        text = f"# Two would send each task twice.\n{text}"
    if one.role == "migrations":
        return f'{text}restart: "on-failure:3"\n'
    text += "restart: unless-stopped\n# Longer than draining and finishing take together.\n"
    text += f"stop_grace_period: {one.end_seconds}s\n"
    if one.role == "web":
        text += f'ports: ["127.0.0.1:{one.port}:{one.port}"]\n'
    text += _render_check(one)
    needed = [each.name for each in stack.workloads if each.role == "migrations"]
    if needed:
        text += "# The database is at head before it starts.\ndepends_on:\n"
    for name in needed:
        text += f"  {name}: {{condition: service_completed_successfully}}\n"
    return text


def _render_check(one: Workload) -> str:
    """Return what asks whether it lives; a container that does not may be replaced."""
    if one.role != "web":
        looks = f'test -n "$$(find {shlex.quote(one.health_file or "")} -mmin -1)"'
        command = ["CMD", "assembler", "status", one.path]
        command = ["CMD-SHELL", looks] if one.health_file else command
    elif one.health is None:
        return ""
    else:
        command = ["CMD", "python", "-c", ASK.format(port=one.probe_port, path=one.health)]
    times = f"interval: 30s, timeout: 10s, start_period: {one.boot_seconds}s"
    return f"healthcheck: {{test: {quote(command)}, {times}}}\n"


def _render_volumes(stack: Stack) -> str:
    if not stack.claims:
        return ""
    why = (
        f"# The folder in the image has to be there, and the user {USER}'s: a volume is as it is.\n"
    )
    return f"{why}volumes:\n" + "".join(f"  {name}:\n" for name in stack.claims.values())


def _list_files(stack: Stack, one: Workload) -> list[str]:
    """Return the files that come with no folder."""
    others = (path for path in one.files if not stack.is_mounted(path))
    return [path for path in others if posixpath.dirname(path) not in one.folders]


def _render_secrets(stack: Stack) -> str:
    paths = [path for one in stack.workloads for path in _list_files(stack, one)]
    files = {_get_secret(path): f"./secrets/{posixpath.basename(path)}" for path in paths}
    if not files:
        return ""
    lines = "".join(f"  {name}: {{file: {quote(files[name])}}}\n" for name in sorted(files))
    return f"# Readable by the user {USER}, and in no repository.\nsecrets:\n{lines}"


def _get_secret(path: str) -> str:
    return build_label(posixpath.basename(path))
