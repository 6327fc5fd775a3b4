"""`assembler render`: the same files from the same profiles, compared with what is committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.deployed import PATHS, SHOP, render
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

TO_FOLDER = ("--output", "deploy")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Return the folder of the shop."""
    write_files(tmp_path, SHOP)
    return tmp_path


@pytest.mark.parametrize("target", ["kubernetes", "compose", "systemd"])
def test_what_is_set_changes_nothing(shop: Path, target: str) -> None:
    """Neither variables, nor the order of the profiles; no value of a variable is written."""
    env = {"DATABASE_URL": "postgresql://u:hunter2@h/d", "SHOP_TITLE": "x", "WORKERS": "7"}

    first = render(shop, target, *PATHS)
    second = render(shop, target, *reversed(PATHS), env=env)

    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert "hunter2" not in second.stdout


@pytest.mark.parametrize("target", ["kubernetes", "compose", "systemd"])
def test_check_compares(shop: Path, target: str) -> None:
    """It writes nothing, and names each file that is missing, differs or is left over."""
    missing = render(shop, target, *PATHS, *TO_FOLDER, "--check")
    assert missing.returncode == 1
    assert "is missing" in missing.stderr
    assert not (shop / "deploy").exists()
    assert render(shop, target, *PATHS, *TO_FOLDER).returncode == 0
    assert render(shop, target, *PATHS, *TO_FOLDER, "--check").returncode == 0

    write_files(
        shop, {"profiles/beat.yaml": SHOP["profiles/beat.yaml"] + "server: {boot_timeout: 99}\n"}
    )
    differs = render(shop, target, *PATHS, *TO_FOLDER, "--check")
    assert differs.returncode == 1
    assert " differs" in differs.stderr


def test_what_is_no_longer_rendered_is_left_over(shop: Path) -> None:
    """And removed when the rest is written; what others wrote stays."""
    render(shop, "kubernetes", *PATHS, *TO_FOLDER)
    (shop / "deploy" / "kustomization.yaml").write_text("resources: []\n")
    fewer = PATHS[1:]

    checked = render(shop, "kubernetes", *fewer, *TO_FOLDER, "--check")
    render(shop, "kubernetes", *fewer, *TO_FOLDER)

    assert checked.returncode == 1
    assert "2-web.yaml is left over" in checked.stderr
    names = {file.name for file in (shop / "deploy").iterdir()}
    assert "kustomization.yaml" in names
    assert "2-web.yaml" not in names


def test_two_beats_are_told(shop: Path) -> None:
    """As two profiles, or as replicas of a committed file."""
    write_files(shop, {"profiles/clock.yaml": SHOP["profiles/beat.yaml"]})
    two = render(shop, "kubernetes", *PATHS, "profiles/clock.yaml")
    one = render(shop, "kubernetes", *PATHS, *TO_FOLDER)
    beat = shop / "deploy" / "2-beat.yaml"
    beat.write_text(beat.read_text().replace("replicas: 1", "replicas: 3"))
    scaled = render(shop, "kubernetes", *PATHS, *TO_FOLDER, "--check")

    assert two.returncode == 0
    assert two.stderr.startswith("profiles/clock.yaml:1:1: warning[ASM472] beat runs twice")
    assert one.stderr == ""
    assert scaled.returncode == 1
    assert "deploy/2-beat.yaml:1:1: warning[ASM472]" in scaled.stderr


@pytest.mark.parametrize(
    ("profile", "code"),
    [
        ("abstract: true\n", "ASM311"),
        ("role: job\n", "ASM425"),
        ("extensions: 1\n", "ASM20"),
        ("extends: none.yaml\n", "ASM302"),
    ],
)
def test_what_is_not_deployed_is_told(shop: Path, profile: str, code: str) -> None:
    """At its place in the profile."""
    write_files(shop, {"profiles/odd.yaml": f"version: 1\n{profile}"})

    done = render(shop, "compose", *PATHS, "profiles/odd.yaml")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("profiles/odd.yaml:2:")
    assert code in done.stderr


@pytest.mark.parametrize(
    "profile",
    [
        "config: [{use: secrets, with: {path: secrets}}]\n",
        "role: worker\nworker: {health_file: alive}\n",
    ],
)
def test_what_would_be_among_the_profiles_is_told(shop: Path, profile: str) -> None:
    """Nothing can be mounted there, nor written."""
    write_files(shop, {"profiles/odd.yaml": f"version: 1\n{profile}"})

    done = render(shop, "kubernetes", "profiles/odd.yaml")

    assert (done.returncode, done.stdout) == (1, "")
    assert "is among the profiles, which are mounted read-only" in done.stderr


def test_what_cannot_be_read_or_written_is_told(shop: Path) -> None:
    """A config file beside the profiles that is no text, and a folder that is a file."""
    (shop / "deploy").mkdir()
    (shop / "deploy" / "0-profiles.yaml").mkdir()
    written = render(shop, "kubernetes", *PATHS, *TO_FOLDER)
    (shop / "profiles" / "settings.toml").write_bytes(b'TITLE = "\xff"\n')
    read = render(shop, "kubernetes", *PATHS)

    assert written.returncode == 1
    assert "0-profiles.yaml cannot be written" in written.stderr
    assert read.returncode == 1
    assert read.stderr.startswith("profiles/settings.toml:1:1: error[")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("profiles/web.yaml", "--check"), "add --output FOLDER"),
        (("profiles/web.yaml", "other/web.yaml"), "two of the profiles are called 'web'"),
        (("../outside.yaml",), "is outside of the project"),
    ],
)
def test_wrong_usage_is_told(shop: Path, args: tuple[str, ...], said: str) -> None:
    """With what to do."""
    files = {"other/web.yaml": "version: 1\n", "../outside.yaml": "version: 1\n"}
    write_files(shop, files)

    done = render(shop, "kubernetes", *args)

    assert done.returncode == 2
    assert said in done.stderr


def test_profiles_that_are_mounted_come_along(shop: Path) -> None:
    """In either way, and by one another; the process reads what they read."""
    write_files(
        shop,
        {
            "profiles/outer.yaml": "extends: web.yaml\nextensions:\n"
            "  - {use: inner.yaml, as: mount, with: {path: /inner}}\n",
            "profiles/inner.yaml": "version: 1\nextensions:\n"
            "  - {use: mounts, with: {paths: {/deep: deep.yaml, /again: inner.yaml}}}\n",
            "profiles/deep.yaml": "version: 1\nconfig:\n"
            "  - {use: values, with: {A: '${DEEP_TITLE}', KEY: {$file: /run/secrets/deep}}}\n",
        },
    )

    done = render(shop, "kubernetes", "profiles/outer.yaml")
    (shop / "profiles/deep.yaml").unlink()
    gone = render(shop, "kubernetes", "profiles/outer.yaml")

    assert done.returncode == 0, done.stderr
    for what in ("inner.yaml", "deep.yaml", "DEEP_TITLE", "/run/secrets/deep"):
        assert what in done.stdout
    assert gone.returncode == 1
    assert "deep.yaml" in gone.stderr
