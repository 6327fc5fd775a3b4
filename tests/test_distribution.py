"""What is installed is whole: the wheel, without the checkout, does what needs package data."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path
from subprocess import PIPE

import pytest

from assembler.diagnostics.codes import CODES
from assembler.linting.pages import get_page
from tests.support.processes import ROOT, build_env
from tests.support.projects import write_files

SOURCES = ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "MANIFEST.in")
OUTSIDE = build_env({"PYTHONPATH": ""})  # the checkout is not to be found
PATCHED = "version: 1\napp: {with: {import_name: json}}\npatches: [gevent]\nextensions: [health]\n"
PROFILE = "version: 1\napp: {with: {import_name: shop}}\nextensions:\n  - databse\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder whose ``source`` is what a distribution is built from."""
    folder = tmp_path_factory.mktemp("distribution")
    for name in ("assembler", "tests"):
        shutil.copytree(
            *(ROOT / name, folder / "source" / name),
            ignore=shutil.ignore_patterns("__pycache__", "instance", "apps", "profiles", "corpus"),
        )
    for name in SOURCES:
        shutil.copy(ROOT / name, folder / "source")
    return folder


@pytest.fixture(scope="module")
def installed(folder: Path) -> Path:
    """Build the wheel, install it into a new environment, and return that environment's ``bin``.

    The environment finds what `assembler` depends on where the tests do, through a path file that
    comes after its own packages.
    """
    source = folder / "source"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    options = ["--quiet", "--no-deps", "--no-index"]
    wheel: list[str | Path] = [
        *pip,
        "wheel",
        *options,
        "--no-build-isolation",
        "--wheel-dir",
        folder,
        source,
    ]
    subprocess.run(wheel, check=True, cwd=folder)
    (file,) = folder.glob("*.whl")
    environment = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin" / "python"
    install: list[str | Path] = [*pip, "--python", python, "install", *options, file]
    subprocess.run(install, check=True, cwd=folder)
    own = ask(python, folder, "import sysconfig; print(sysconfig.get_path('purelib'))")
    others = sysconfig.get_path("purelib")
    (Path(own) / "dependencies.pth").write_text(others + "\n", "utf-8")
    used = ask(python, folder, "import assembler; print(assembler.__file__)")
    assert Path(used).is_relative_to(environment)
    return environment / "bin"


def ask(python: Path, folder: Path, script: str) -> str:
    """Return what ``script`` prints, without what surrounds it."""
    done = subprocess.run(
        [python, "-c", script],
        cwd=folder,
        env=OUTSIDE,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def run(installed: Path, folder: Path, *args: str) -> tuple[int, str]:
    """Run the installed `assembler` in ``folder``; return its status and standard output."""
    done = subprocess.run(
        [installed / "assembler", *args],
        cwd=folder,
        env=OUTSIDE,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout


def test_distributions_hold_the_package_and_nothing_else(installed: Path, folder: Path) -> None:
    """Not the tests, of which setuptools takes some by itself."""
    assert installed.is_dir()  # it was built
    (wheel,) = folder.glob("*.whl")
    script = "import sys; from setuptools.build_meta import build_sdist; build_sdist(sys.argv[1])"
    subprocess.run(
        [sys.executable, "-c", script, folder], check=True, cwd=folder / "source", stdout=PIPE
    )
    (sdist,) = folder.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0].partition("-")[0] for name in archive.namelist()}
    with tarfile.open(sdist) as source:
        named = [one.name.partition("/")[2] for one in source if one.isfile()]
    found = {name.partition("/")[0] for name in named}

    assert tops == {"assembler", "flask_assembler"}
    assert found == {*SOURCES, "assembler", "flask_assembler.egg-info", "PKG-INFO", "setup.cfg"}


def test_rules_of_the_wheel_have_their_pages(installed: Path, tmp_path: Path) -> None:
    """The pages are package data, which a build easily leaves out."""
    status, listed = run(installed, tmp_path, "rules")
    blocking = next(code for code in CODES if code.number == "ASM410")

    assert status == 0
    assert [line.split()[0] for line in listed.splitlines()[1:]] == [one.number for one in CODES]
    assert run(installed, tmp_path, "rules", "ASM410") == (0, get_page(blocking).text)


def test_plugin_of_the_wheel_runs_a_patched_profile(installed: Path, tmp_path: Path) -> None:
    """Warnings are errors: pytest knows the files of an installed plugin, and some are imported."""
    write_files(
        tmp_path,
        {
            "pytest.ini": "[pytest]\nfilterwarnings = error\n",
            "web.yaml": PATCHED,
            "test_web.py": "import pytest\n@pytest.mark.profiles('web.yaml')\n"
            "def test_live(assembled_client):\n"
            "    assert assembled_client.get('/health/live').status_code == 200\n",
        },
    )

    done = subprocess.run(
        [installed / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env=OUTSIDE,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_init_of_the_wheel_has_its_templates(installed: Path, tmp_path: Path) -> None:
    """Hidden files too; and pytest finds the plugin, which the new tests need."""
    status, _ = run(installed, tmp_path, "init", "shop", "--template", "minimal", "--yes")
    script = (
        "from importlib.metadata import distribution; "
        "print(*distribution('flask-assembler').entry_points.select(group='pytest11'))"
    )

    assert status == 0
    assert (tmp_path / "shop" / ".github" / "workflows" / "ci.yml").is_file()
    assert "assembler.testing.plugin" in ask(installed / "python", tmp_path, script)


def test_schema_of_the_wheel_is_that_of_the_checkout(installed: Path, tmp_path: Path) -> None:
    """Both `assembler schema` and the file that editors read."""
    status, printed = run(installed, tmp_path, "schema")
    expected = json.loads((ROOT / "assembler" / "profile.schema.json").read_text("utf-8"))
    script = (
        "from importlib.resources import files; "
        "print((files('assembler') / 'profile.schema.json').read_text('utf-8'))"
    )

    assert status == 0
    assert json.loads(printed) == expected
    assert json.loads(ask(installed / "python", tmp_path, script)) == expected


def test_lint_of_the_wheel_finds_a_fault(installed: Path, tmp_path: Path) -> None:
    """With every rule loaded, and SARIF, which carries the page of what was found."""
    (tmp_path / "web.yaml").write_text(PROFILE, "utf-8")

    status, found = run(installed, tmp_path, "lint", "web.yaml")
    _, sarif = run(installed, tmp_path, "lint", "web.yaml", "--output-format", "sarif")

    assert (status, found.split(": ")[0]) == (1, "web.yaml:4:5")
    assert "[unknown-name]" in found
    (log,) = json.loads(sarif)["runs"]
    assert "## Use instead" in log["tool"]["driver"]["rules"][0]["help"]["markdown"]
