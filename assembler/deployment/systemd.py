"""Render units for systemd."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from assembler.deployment.stack import escape

if TYPE_CHECKING:
    from assembler.deployment.stack import Stack
    from assembler.deployment.workload import Workload

__all__ = ["render_systemd"]

MIGRATE_SECONDS = 600
CONFINED = """\
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
PrivateDevices=yes
PrivateTmp=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
"""


def render_systemd(stack: Stack) -> dict[str, str]:
    """Return the units by the names of their files."""
    return {
        f"{stack.name}-{one.name}.service": stack.head + _render_unit(stack, one)
        for one in stack.workloads
    }


def _render_unit(stack: Stack, one: Workload) -> str:
    migrations = [
        f"{stack.name}-{each.name}.service"
        for each in stack.workloads
        if each.role == "migrations" and one.role != "migrations"
    ]
    requires = f"# The database is at head before it starts.\nRequires={' '.join(migrations)}\n"
    after = " ".join(["network-online.target", *migrations])
    kind = _render_oneshot(stack, one) if one.role == "migrations" else _render_service(stack, one)
    install = "" if one.role == "migrations" else "\n[Install]\nWantedBy=multi-user.target\n"
    return f"""\

[Unit]
Description={stack.name}: {one.name}
Wants=network-online.target
After={after}
{requires if migrations else ""}
[Service]
User={stack.name}
WorkingDirectory={_escape(stack.folder)}
{_render_inputs(stack, one)}{kind}
{CONFINED}{install}"""


def _render_inputs(stack: Stack, one: Workload) -> str:
    required, optional = one.required, one.optional
    text = "".join(f"#   {name}\n" for name in required)
    text += "".join(f"#   {name} (has a default)\n" for name in optional)
    text += "".join(f"#   {escape(prefix)}_…\n" for prefix in one.prefixes)
    if text:
        dash = "" if required else "-"  # then the file need not be there
        text = f"# The variables that the profile reads:\n{text}"
        text += f"EnvironmentFile={dash}/etc/{stack.name}/environment\n"
    for file in one.credentials:
        name = _escape(posixpath.basename(file))
        text += f"LoadCredential={name}:/etc/{stack.name}/{name}\n"
    others = [file for file in one.files if file not in one.credentials]
    if others:
        text += "# The user reads these; in ${CREDENTIALS_DIRECTORY:-…} nobody else could:\n"
        text += "".join(f"#   {escape(file)}\n" for file in others)
    written = sorted({*one.scratch, *one.data})
    if written:
        text += "# What steps write to; the folders are the user's:\n"
        text += "".join(f"ReadWritePaths=-{_escape(folder)}\n" for folder in written)
    return text


def _render_oneshot(stack: Stack, one: Workload) -> str:
    return f"""\
# Once, and then it counts as done until it is stopped.
Type=oneshot
RemainAfterExit=yes
ExecStart={_render_command(stack, one.command)}
TimeoutStartSec={MIGRATE_SECONDS}
"""


def _render_service(stack: Stack, one: Workload) -> str:
    name = f"{stack.name}-{one.name}"
    command = one.command
    if one.role == "beat":
        command = [*command, "--", "--schedule", f"/var/lib/{name}/schedule"]
    is_web = one.role == "web"
    folder = one.health_folder
    health = f"# for the health file\nReadWritePaths={_escape(folder)}\n" if folder else ""
    watchdog = "WatchdogSec=30\n" if is_web else ""
    reload = f"ExecReload={_render_command(stack, ['reload', one.path])}\n" if is_web else ""
    return f"""\
Type={"notify" if is_web else "exec"}
ExecStart={_render_command(stack, command)}
{reload}
# a folder of its own for the control socket, since systemd removes it with the service
RuntimeDirectory={name}
RuntimeDirectoryMode=0700
Environment=XDG_RUNTIME_DIR=/run/{name}
StateDirectory={name}
StateDirectoryMode=0700
{health}
# longer than `server.boot_timeout`; a reload, with its canary, has as long
TimeoutStartSec={2 * one.boot_seconds + 60}
# longer than draining and finishing what it has begun take together
TimeoutStopSec={one.end_seconds}
# SIGTERM to the main process alone: it ends its children when they are done
KillMode=mixed
{watchdog}Restart=on-failure
RestartSec=5
"""


def _render_command(stack: Stack, words: list[str]) -> str:
    program = posixpath.join(stack.folder, ".venv/bin/assembler")
    return " ".join(map(_quote, [program, *words]))


def _quote(word: str) -> str:
    """Return a word of a command line: in it `%` and `$` are systemd's own."""
    escaped = _escape(word).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{escaped}"' if any(letter in escaped for letter in " \t'\";\\") else escaped


def _escape(text: str) -> str:
    """Return a value: what cannot be printed, such as a line break, is not part of one."""
    return "".join(letter for letter in text if letter.isprintable()).replace("%", "%%")
