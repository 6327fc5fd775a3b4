"""The shape of the package: which stage may import which, and what importing one loads."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import grimp
import pytest

from assembler.steps.catalog import CATALOG

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONTRACTS: dict[str, dict[str, Any]] = {
    contract["id"]: contract for contract in PROJECT["tool"]["importlinter"]["contracts"]
}
LIGHT_CONTRACT = "importlinter-light.toml"
LIGHT = {
    module.partition(".")[2]
    for module in tomllib.loads((ROOT / LIGHT_CONTRACT).read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ][0]["source_modules"]
}
# These touch the app or the process, and so may reach Flask, gevent or a driver.
HEAVY = {
    *(
        "__main__",
        "assembling",
        "commands",
        "console",
        "database",
        "doctor",
        "entry",
        "journal",
        "ledger",
        "patching",
        "runners",
    ),
    *("adopting", "celery", "steps", "testing", "trial", "wsgi"),
}
LINT_IMPORTS = (
    "import sys; from importlinter.cli import lint_imports; "
    "exit(lint_imports(config_filename=sys.argv[1], no_cache=True))"
)
# Where what a step may name is declared: that alone must load nothing of what it works with.
TABLES = ("steps/adapters", "steps/catalog", "steps/patches", "steps/sources")
SLOW_TO_LOAD_OR_TO_BE_PATCHED = (
    *("alembic", "celery", "flask", "gevent", "greenlet", "grpc", "gunicorn", "psycogreen"),
    *("psycopg", "psycopg2", "sqlalchemy", "ssl", "werkzeug"),
)
# pydantic imports `threading`, and `socket` where it looks for plugins: gevent mends both in
# place. What needs no pydantic goes without them.
LOADED_BY_PYDANTIC = ("socket", "threading")


def find_loaded(modules: list[str]) -> set[str]:
    """Import ``modules`` in a new Python, and give all that is loaded then."""
    script = (
        "import importlib, json, sys\n"
        "for name in json.load(sys.stdin): importlib.import_module(name)\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    return run_python(script, json.dumps(modules))


def run_python(script: str, given: str = "", *, folder: Path = ROOT) -> set[str]:
    """Run a script in a new Python, and give the list that its last line of output holds."""
    # Measuring coverage would itself load what must not be loaded.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=given,
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def list_modules(*parts: str) -> list[str]:
    """List the modules of those parts of the package, those of a sub-package as well."""
    names = []
    for part in parts:
        top = ROOT / "assembler" / part
        files = [top.with_suffix(".py"), *top.rglob("[!_]*.py"), *top.rglob("__init__.py")]
        names += [
            ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            for file in files
            if file.is_file()
        ]
    return sorted(names)


@pytest.mark.parametrize("config", ["pyproject.toml", LIGHT_CONTRACT])
def test_import_contracts_hold(config: str) -> None:
    """A folder imports only what is below it; neighbours in a table are strangers."""
    # Not in this process: it sets logging up for itself, and switches every other logger off.
    done = subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, config],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_folder_is_declared_light_or_heavy() -> None:
    """A new module cannot slip past the contract that keeps Flask and gevent out."""
    named = " ".join(CONTRACTS["layers"]["layers"])
    parts = set(re.findall(r"\w+", re.sub(r"\(\w+\)", "", named)))  # (…): need not be there

    assert parts == LIGHT | HEAVY
    assert not LIGHT & HEAVY


def test_importing_assembler_loads_no_heavy_module() -> None:
    """``import assembler`` costs a patched process, and the linter, nothing."""
    loaded = find_loaded(
        ["assembler", "assembler.diagnostics.diagnostic", "assembler.diagnostics.codes"]
    )

    assert not loaded.intersection((*SLOW_TO_LOAD_OR_TO_BE_PATCHED, *LOADED_BY_PYDANTIC))
    assert "pydantic" not in loaded


@pytest.mark.parametrize("parts", [sorted(LIGHT), TABLES], ids=["stages", "tables"])
def test_importing_light_modules_loads_nothing_that_patches_change(parts: list[str]) -> None:
    """Every stage before assembling, and every declaration, leaves the process to be patched."""
    modules = list_modules(*parts)

    loaded = find_loaded(modules)

    assert set(modules) <= loaded
    assert not loaded.intersection(SLOW_TO_LOAD_OR_TO_BE_PATCHED)


def test_linting_every_catalogue_step_loads_no_library_of_theirs() -> None:
    """A profile of steps is linted as fast as one of none, and before its patches."""
    folder, profile = ROOT / "tests" / "profiles", "valid/every_catalogue_step.yaml"
    script = (
        "import json, runpy, sys\n"
        f"sys.argv = ['assembler', 'lint', '--select', 'ALL', {profile!r}]\n"
        "try: runpy.run_module('assembler', run_name='__main__')\n"
        "except SystemExit as end: assert not end.code\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    steps = {name: CATALOG.get(name) for name in CATALOG.find_names()}
    text = (folder / profile).read_text("utf-8")

    loaded = run_python(script, folder=folder)

    assert not [name for name in steps if not re.search(rf"\b{name}\b", text)]
    assert {f"assembler.steps.catalog.{name}" for name in steps} <= loaded
    libraries = {package for step in steps.values() for package in step.packages}
    assert not loaded.intersection({*libraries, *SLOW_TO_LOAD_OR_TO_BE_PATCHED})


def test_find_loaded_sees_a_module_that_loads_flask() -> None:
    """The test above can fail: it looks at what is really loaded."""
    assert {"flask", "ssl", "werkzeug"} <= find_loaded(["assembler.steps.metrics_requests"])


def test_imports_form_no_cycle() -> None:
    """The way from text to served app is a straight line, for type checkers as well."""
    graph = grimp.build_graph("assembler", cache_dir=None)

    circling = {
        module
        for module in graph.modules
        for imported in graph.find_modules_directly_imported_by(module)
        if module in {imported, *graph.find_upstream_modules(imported)}
    }

    assert not circling


def test_only_listed_modules_lie_at_the_top_of_the_package() -> None:
    """Beside the folders only these modules lie at the top of the package."""
    modules = {file.stem for file in (ROOT / "assembler").glob("*.py")}

    assert modules == {
        *("__init__", "__main__", "celery", "files", "policy", "report", "version", "wsgi")
    }


def test_architecture_page_draws_the_layers() -> None:
    """The drawing in ``docs/architecture.md`` has the contract's layers, from top to bottom."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    drawing = page.partition("```mermaid\n")[2].partition("```")[0]
    titles = dict(re.findall(r'(\w+)\["(.+?)"\]', drawing))
    arrows = re.findall(r'^ +(\w+)(?:\[".+?"\])? --> (\w+)', drawing, re.MULTILINE)

    drawn = [titles.get(node, node) for node in [arrows[0][0], *(below for _, below in arrows)]]

    assert [above for above, _ in arrows[1:]] == [below for _, below in arrows[:-1]]
    assert drawn == CONTRACTS["layers"]["layers"]


def test_architecture_page_explains_every_folder() -> None:
    """A folder that is new is told what it is for."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    folders = sorted(file.parent.name for file in (ROOT / "assembler").glob("*/__init__.py"))

    assert [name for name in folders if f"| `{name}/` | " not in page] == []


def test_architecture_page_names_files_that_exist() -> None:
    """Whatever is named as a place in the package is there, apart from names in capitals."""
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    named = re.findall(r"`([a-z_]+/[a-z_/.]*)`", page)
    roots = (ROOT, ROOT / "assembler", *(ROOT / "assembler").iterdir())

    assert "runners/gunicorn.py" in named
    assert [name for name in named if not any((root / name).exists() for root in roots)] == []
