"""What a new clone needs: pins that agree with what is imported, and a Makefile that sets it up."""

from __future__ import annotations

import ast
import re
import stat
import subprocess
import sys
import tomllib
from importlib.metadata import distribution, packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
ENTRIES = (
    *("assembler", "benchmarks", "deploy", "docs", "migrations", "profiles", "tests"),
    *(".ci/run", "Makefile", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "constraints.txt"),
    *(".dockerignore", ".pre-commit-hooks.yaml", "Dockerfile", "pyproject.toml", "wsgi.py"),
)
WRITTEN_IN = {
    ".ini",
    ".json",
    ".mako",
    ".md",
    ".py",
    ".service",
    ".sh",
    ".toml",
    ".txt",
    ".yaml",
    "",
}
# A registry's address, or a folder that only the machine of the one who wrote it has.
PRIVATE = re.compile(r"pypi\.[o]rg|python[h]osted|index-[u]rl|/r[o]ot/|/(?:work|tmp)/(?:main|venv)")


def list_requirements(*, with_dev: bool) -> list[Requirement]:
    """List what the distribution asks for, and what working on it does."""
    project = PROJECT["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    groups += [PROJECT["dependency-groups"]["dev"]] if with_dev else []
    found = [Requirement(text) for group in groups for text in group]
    return [one for one in found if one.name != project["name"]]  # the extra `all`


def read_pins() -> dict[str, str]:
    """Read the constraints: a version for each name, those for this Python where it matters."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {
        canonicalize_name(pin.name): str(pin.specifier).removeprefix("==")
        for pin in pins
        if pin.marker is None or pin.marker.evaluate()
    }


def find_brought_along(requirements: list[Requirement]) -> dict[str, str]:
    """Find everything that installing ``requirements`` has installed, with its version."""
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(one, "") for one in requirements]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        package = distribution(requirement.name)
        found[canonicalize_name(requirement.name)] = package.version
        for wanted in requirement.extras | {""}:
            if (requirement.name, wanted) not in seen:
                seen.add((requirement.name, wanted))
                waiting += [(Requirement(text), wanted) for text in package.requires or ()]
    return found


def iter_imported() -> Iterator[str]:
    """Return every top-level module that the package imports, wherever in a file."""
    for file in (ROOT / "assembler").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield node.module.partition(".")[0]


def iter_files() -> Iterator[Path]:
    """Return every written file of the project."""
    for entry in ENTRIES:
        path = ROOT / entry
        files = [path] if path.is_file() else path.rglob("*")
        yield from (file for file in files if file.is_file() and file.suffix in WRITTEN_IN)


def test_every_imported_package_is_a_declared_dependency() -> None:
    """Nothing works only because something else happens to bring it."""
    declared = {canonicalize_name(one.name) for one in list_requirements(with_dev=False)}
    known_as = packages_distributions()

    foreign = set(iter_imported()) - sys.stdlib_module_names - {"assembler"}
    # pydantic's own comes with it; the pytest plugin is loaded by pytest, and asks coverage only
    # where that measures.
    found = {
        module: {canonicalize_name(name) for name in known_as.get(module, [module])}
        for module in foreign - {"pydantic_core", "pytest", "_pytest", "coverage"}
    }

    undeclared = sorted(module for module, names in found.items() if not names & declared)
    assert undeclared == []


def test_every_requirement_is_pinned_to_an_allowed_version() -> None:
    """`make` installs the same everywhere."""
    pins = read_pins()

    build_tools = [Requirement(text) for text in PROJECT["build-system"]["requires"]]

    for requirement in (*list_requirements(with_dev=True), *build_tools):
        pin = pins[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(pin), requirement


def test_the_extra_all_brings_every_other() -> None:
    """One that is forgotten there is missed only where its step is used."""
    extras = PROJECT["project"]["optional-dependencies"]
    brought = [name for text in extras["all"] for name in Requirement(text).extras]

    assert sorted(brought) == sorted(extras.keys() - {"all"})


def test_indirect_requirements_are_pinned() -> None:
    """No dependency of a dependency is left to the day on which it is installed."""
    pins = read_pins()

    brought = find_brought_along(list_requirements(with_dev=True))

    assert {name: version for name, version in brought.items() if pins.get(name) != version} == {}


def test_supported_pythons_agree_everywhere() -> None:
    """The metadata, the Makefile and the tools speak of the same versions."""
    classifiers = PROJECT["project"]["classifiers"]
    versions = re.findall(r"Python :: (3\.\d+)", " ".join(classifiers))
    in_makefile = re.search(r"^VERSIONS := (.*)$", MAKEFILE, re.MULTILINE)

    assert in_makefile is not None
    assert in_makefile[1].split() == versions
    assert PROJECT["project"]["requires-python"] == f">={versions[0]}"
    assert PROJECT["tool"]["mypy"]["python_version"] == versions[0]
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py{versions[0].replace('.', '')}"


def test_no_file_names_a_registry_or_a_machine_s_folder() -> None:
    """A clone works wherever it is, with whatever registry its user has."""
    told = [
        f"{file.relative_to(ROOT)}: {found[0]}"
        for file in iter_files()
        if (found := PRIVATE.search(file.read_text("utf-8", errors="replace")))
    ]

    assert told == []


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder with the Makefile, and a ``.venv`` that looks like one that it made."""
    (tmp_path / "Makefile").write_text(MAKEFILE, "utf-8")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / ".venv" / ".created").touch()
    return tmp_path


def make(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run make in ``folder``, not as a part of the make that may run these tests."""
    return subprocess.run(
        ["make", *args],  # noqa: S607 - the user's own make
        cwd=folder,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_make_creates_one_secret_key_readable_by_its_owner(checkout: Path) -> None:
    """Restarts keep sessions, and no other user of the machine can forge one."""
    first = make(checkout, "instance/web.env")
    file = checkout / "instance" / "web.env"
    key = file.read_text("utf-8")
    second = make(checkout, "instance/web.env")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert re.fullmatch(r"SECRET_KEY=[\w-]{64}\n", key)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text("utf-8") == key
    assert [entry.name for entry in file.parent.iterdir()] == ["web.env"]


def test_make_rejects_a_python_that_is_too_old(checkout: Path) -> None:
    """A Python that is too old is one line with the remedy, and no .venv is left behind."""
    old = checkout / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    old.chmod(0o755)

    done = make(checkout, "run", "VENV=.fresh", f"PYTHON={old}")

    assert done.returncode != 0
    assert f"error: '{old}' is not Python 3.11 or newer" in done.stderr
    assert "hint: Name another one: make PYTHON=" in done.stderr
    assert not (checkout / ".fresh").exists()


def test_every_fault_has_a_hint() -> None:
    """Wherever one is built, there is a hint: a message alone leaves its reader alone."""
    without = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in sorted((ROOT / "assembler").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and _builds_fault(node)
        if not {"hint", None}.intersection(keyword.arg for keyword in node.keywords)
    ]
    assert without == []


def _builds_fault(call: ast.Call) -> bool:
    """Return whether it is ``StepFault(…)`` or ``codes.NAME.at(place, message)``."""
    called = call.func
    if isinstance(called, ast.Name):
        return called.id == "StepFault"
    return isinstance(called, ast.Attribute) and called.attr == "at" and len(call.args) > 1
