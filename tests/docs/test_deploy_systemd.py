"""Carry out what docs/deploy-systemd.md tells people to do: the unit, without a running systemd."""

from __future__ import annotations

import ctypes.util
import os
import re
import shlex
import shutil
import subprocess
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.support.container import Container, Image, get_main_process
from tests.support.inbox import Inbox
from tests.support.processes import ROOT, free_port
from tests.support.projects import write_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import StartProcess
    from tests.support.processes import RunningProcess

PAGE = (ROOT / "docs" / "deploy-systemd.md").read_text("utf-8")
UNIT = (ROOT / "deploy" / "systemd" / "journal.service").read_text("utf-8")
SETTINGS = re.findall(r"^(\w+)=(.*)$", UNIT, re.MULTILINE)
ONE = dict(SETTINGS)
FOLDER = ONE["WorkingDirectory"]
USER = 10002
LIMIT_EXPOSURE = 20  # tenths; what is not confined at all has 96
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not installed"
)

# Does what `SystemCallFilter=`, `SystemCallErrorNumber=EPERM` and, from Linux 6.3 on,
# `MemoryDenyWriteExecute=` do, and becomes the rest.
FILTER = """
import ctypes, os, sys
names, command = sys.argv[1].split(), sys.argv[2:]
library = ctypes.CDLL("libseccomp.so.2")
library.seccomp_init.restype = ctypes.c_void_p
made = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(0x00050001)))  # EPERM
for name in names:
    number = library.seccomp_syscall_resolve_name(name.encode())
    if number >= 0:
        library.seccomp_rule_add(made, ctypes.c_uint32(0x7FFF0000), number, ctypes.c_uint(0))
ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)
assert library.seccomp_load(made) == 0
os.execv(command[0], command)
"""


def analyze(*args: str | Path) -> subprocess.CompletedProcess[str]:
    """Run ``systemd-analyze``."""
    return subprocess.run(
        ["systemd-analyze", *args],  # noqa: S607 - the machine's own
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@needs_systemd
def test_systemd_understands_every_line(tmp_path: Path) -> None:
    """With commands that are there."""
    write_files(tmp_path, {".venv/bin/assembler": "#!/bin/sh\n"})
    (tmp_path / ".venv/bin/assembler").chmod(0o755)
    unit = tmp_path / "journal.service"
    unit.write_text(UNIT.replace(FOLDER, str(tmp_path)))

    done = analyze("verify", "--man=no", "--recursive-errors=no", unit)

    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
def test_the_service_is_hardly_exposed() -> None:
    """By systemd's own measure, up to 2 of 10."""
    unit = ROOT / "deploy" / "systemd" / "journal.service"

    done = analyze("security", "--offline=true", f"--threshold={LIMIT_EXPOSURE}", unit)

    assert done.returncode == 0, done.stdout[-200:]


def test_times_suit_the_profile() -> None:
    """It is not killed while it migrates, boots or drains."""
    profile = (ROOT / "profiles" / "production.yaml").read_text("utf-8")
    ending = re.findall(r"DRAIN_SECONDS:-(\d+)|graceful_timeout: (\d+)", profile)

    assert int(ONE["TimeoutStartSec"]) > 60 + 60
    assert int(ONE["TimeoutStopSec"]) > sum(int(a or b) for a, b in ending)


def test_the_page_explains_what_is_not_hardening() -> None:
    """Each setting of the service itself has its row."""
    service = UNIT[UNIT.index("[Service]") : UNIT.index("UMask=")]
    names = set(re.findall(r"^(\w+)=", service, re.MULTILINE))
    plain = {"WorkingDirectory", "ExecStart", "RuntimeDirectoryMode", "StateDirectoryMode"}

    assert {name for name in names if f"| `{name}=" not in PAGE} == plain | {"RestartSec"}


@dataclass(frozen=True, slots=True)
class Service:
    """The unit, as systemd would run it."""

    container: Container
    project: Path
    url: str
    inbox: Inbox

    @staticmethod
    def get_command(name: str) -> list[str]:
        """Return the words of ``ExecStart``, say."""
        return shlex.split(ONE[name])

    def hear(self) -> str:
        """Return the first line of the next message that is not the watchdog's."""
        while (line := self.inbox.receive(120)[0]) == "WATCHDOG=1":
            pass
        return line

    def reload(self, running: RunningProcess) -> subprocess.CompletedProcess[str]:
        """Run what ``systemctl reload`` runs."""
        return self.container.run_beside(running, self.get_command("ExecReload"))


def list_system_calls() -> list[str]:
    """List the system calls that the unit allows, by systemd's own sets."""
    sets: dict[str, list[str]] = {}
    for line in analyze("syscall-filter").stdout.splitlines():
        if line.startswith("@"):
            found = sets.setdefault(line.strip(), [])
        elif line.startswith("    ") and not line.strip().startswith("#"):
            found.append(line.strip())

    def expand(name: str) -> set[str]:
        return set().union(*map(expand, sets[name])) if name in sets else {name}

    allowed: set[str] = set()
    for name, value in SETTINGS:
        if name == "SystemCallFilter" and value.startswith("~"):
            allowed -= expand(value.removeprefix("~"))
        elif name == "SystemCallFilter":
            allowed |= expand(value)
    return sorted(allowed)


@pytest.fixture
def service(image: Image, tmp_path: Path) -> Iterator[Service]:
    """Return the service with what the page has made for it, and systemd would."""
    if shutil.which("systemd-analyze") is None or ctypes.util.find_library("seccomp") is None:
        pytest.skip("systemd is not installed")
    project = tmp_path / "project"
    for name in ("profiles", "migrations"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", project)
    (project / ".venv").symlink_to("/venv")
    write_files(
        tmp_path, {"credentials/secret_key": "b3JkaW5hcnktd29yZHMtb2YtdGhlLXRlc3RzLTEyMzQ1\n"}
    )
    for name in ("credentials", "credentials/secret_key", "runtime", "state", "notify"):
        (tmp_path / name).mkdir(exist_ok=True) if "/" not in name else None
        os.chown(tmp_path / name, USER, USER)
        (tmp_path / name).chmod(0o500 if "cred" in name else 0o700)
    port = free_port()
    # What systemd sets: ProtectSystem=strict, and of the variables those that matter here.
    container = Container(
        image.container.root,
        image.container.python,
        {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": FOLDER,
            "LD_LIBRARY_PATH": "/usr/local/lib",
            "CREDENTIALS_DIRECTORY": "/run/credentials/journal.service",
            "RUNTIME_DIRECTORY": f"/run/{ONE['RuntimeDirectory']}",
            "STATE_DIRECTORY": f"/var/lib/{ONE['StateDirectory']}",
            "NOTIFY_SOCKET": "/run/systemd/notify",
            "WATCHDOG_USEC": "4000000",
            "DATABASE_URL": f"sqlite:////var/lib/{ONE['StateDirectory']}/journal.db",
            "BIND": f"127.0.0.1:{port}",
            "DRAIN_SECONDS": "0.5",
        },
        folder=FOLDER,
        user=USER,
        is_read_only=True,
        mounts={
            FOLDER: project,
            "/run/credentials/journal.service": tmp_path / "credentials",
            f"/run/{ONE['RuntimeDirectory']}": tmp_path / "runtime",
            f"/var/lib/{ONE['StateDirectory']}": tmp_path / "state",
            "/run/systemd": tmp_path / "notify",
            "/tmp": None,  # noqa: S108 - PrivateTmp
        },
        more=("/venv/bin/python", "-c", FILTER, " ".join(list_system_calls())),
    )
    inbox = Inbox(tmp_path / "notify")
    inbox.path.chmod(0o777)
    with closing(inbox.socket):
        yield Service(container, project, f"http://127.0.0.1:{port}", inbox)


def test_the_service_starts_reloads_and_ends(service: Service, process: StartProcess) -> None:
    """As its user, confined, with the commands of the unit; a broken edit fails the reload only."""
    profile = service.project / "profiles" / "production.yaml"
    text = profile.read_text("utf-8") + "  probation: {seconds: 0}\n"
    migrated = service.container.run(service.get_command("ExecStartPre"))
    assert migrated.returncode == 0, migrated.stderr

    running = service.container.start(process, service.get_command("ExecStart"))
    started = service.hear()
    ready = running.wait_for_http(f"{service.url}/health/ready", status=200)
    profile.write_text(text.replace("version: 1", "version: 1\nextensions: [databse]"))
    refused = service.reload(running)
    told = [service.hear(), service.hear()]
    profile.write_text(text)
    reloaded = service.reload(running)
    told += [service.hear(), service.hear()]
    main = get_main_process(running)

    assert started == "READY=1", running.output
    assert ready.json()["database"]["status"] == "head"
    assert main.uids().real == USER
    assert told == ["RELOADING=1", "READY=1"] * 2
    assert (refused.returncode, reloaded.returncode) == (1, 0), reloaded.stderr
    assert "no extension is called 'databse'" in refused.stderr
    assert "no control socket" not in running.stderr
    main.terminate()
    assert service.hear() == "STOPPING=1"
    assert running.wait() == 0, running.output
