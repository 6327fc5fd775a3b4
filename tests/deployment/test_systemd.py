"""The units are understood by systemd, and as the profiles have it."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support.deployed import PATHS, SHOP, render
from tests.support.processes import ROOT
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

LIMIT_EXPOSURE = 20  # tenths; what is not confined at all has 96
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not installed"
)


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the units of the shop by their names, with commands that are there."""
    folder = tmp_path_factory.mktemp("shop")
    write_files(folder, {**SHOP, ".venv/bin/assembler": "#!/bin/sh\n"})
    (folder / ".venv/bin/assembler").chmod(0o755)
    done = render(folder, "systemd", *PATHS, "--folder", str(folder), "--output", "units")
    assert done.returncode == 0, done.stderr
    return {file.name: file for file in sorted((folder / "units").iterdir())}


def analyze(*args: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `systemd-analyze`."""
    command = ["systemd-analyze", *args]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def get(file: Path, name: str) -> list[str]:
    """Return the values of a setting."""
    return re.findall(rf"^{name}=(.*)$", file.read_text("utf-8"), re.MULTILINE)


@needs_systemd
def test_systemd_understands_every_line(units: dict[str, Path]) -> None:
    """Each of them; what they ask of each other is there."""
    done = analyze("verify", "--man=no", "--recursive-errors=no", *units.values())

    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
def test_the_services_are_hardly_exposed(units: dict[str, Path]) -> None:
    """By systemd's own measure, up to 2 of 10."""
    for file in units.values():
        done = analyze("security", "--offline=true", f"--threshold={LIMIT_EXPOSURE}", file)
        assert done.returncode == 0, done.stdout[-200:]


def test_they_confine_as_the_unit_of_the_page_does(units: dict[str, Path]) -> None:
    """Word for word, from `UMask=` on."""
    by_hand = (ROOT / "deploy" / "systemd" / "journal.service").read_text("utf-8")
    lines = by_hand[by_hand.index("UMask=") : by_hand.index("[Install]")].split()

    for file in units.values():
        assert set(lines) <= set(file.read_text("utf-8").split())


def test_the_migration_comes_first(units: dict[str, Path]) -> None:
    """Once, and it counts as done; the others need it."""
    assert get(units["shop-migrations.service"], "Type") == ["oneshot"]
    for name in ("web", "worker", "beat"):
        assert get(units[f"shop-{name}.service"], "Requires") == ["shop-migrations.service"]


def test_each_gets_what_it_reads_and_time(units: dict[str, Path]) -> None:
    """Variables from a file, files as credentials, a runtime folder of its own."""
    web, worker = units["shop-web.service"], units["shop-worker.service"]

    assert get(web, "EnvironmentFile") == ["/etc/shop/environment"]
    assert get(web, "LoadCredential") == ["secret_key:/etc/shop/secret_key"]
    assert re.search(r"^#   .*/profiles/keys/api$", web.read_text("utf-8"), re.MULTILINE)
    assert get(web, "Type") == ["notify"]
    assert get(web, "ExecReload")[0].endswith("assembler reload profiles/web.yaml")
    assert (get(web, "TimeoutStopSec"), get(worker, "TimeoutStopSec")) == (["35"], ["100"])
    assert get(worker, "ReadWritePaths") == ["/var/alive"]
    assert len({get(file, "RuntimeDirectory")[0] for file in (web, worker)}) == 2
    assert (
        "--schedule /var/lib/shop-beat/schedule" in get(units["shop-beat.service"], "ExecStart")[0]
    )


def test_no_value_of_a_profile_adds_a_line(tmp_path: Path) -> None:
    """Neither as a path, nor as a prefix."""
    odd = "A\\nExecStart=/bin/evil"
    profile = f"""\
version: 1
config:
  - {{use: env, with: {{prefix: "{odd}"}}}}
  - use: values
    with:
      A: {{$file: "/{odd}"}}
      B: {{$file: "${{CREDENTIALS_DIRECTORY:-/x}}/{odd}"}}
"""
    write_files(tmp_path, {**SHOP, "profiles/odd.yaml": profile})
    for target in ("systemd", "kubernetes", "compose"):
        done = render(tmp_path, target, "profiles/odd.yaml")
        assert done.returncode == 0, done.stderr
        assert not [
            one for one in done.stdout.splitlines() if one.startswith("ExecStart=/bin/evil")
        ]
