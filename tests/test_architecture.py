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

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONTRACTS: dict[str, dict[str, Any]] = {
    contract["id"]: contract for contract in PROJECT["tool"]["importlinter"]["contracts"]
}
LIGHT = {module.partition(".")[2] for module in CONTRACTS["light"]["source_modules"]}
# These touch the app or the process, and so may reach Flask, gevent or a driver.
HEAVY = {
    *("__main__", "commands", "wsgi", "entry", "flask_entry", "flask_command", "process_app"),
    *("runners", "assembling", "adapters", "catalog", "patches", "sources", "patching", "trial"),
    *("config_file", "config_object", "driver", "health_views", "log_lines", "own_routes", "pool"),
    *("journal", "journal_table", "readiness", "settings_env", "weak_secret", "migrating"),
}
LINT_IMPORTS = "from importlinter.cli import lint_imports; exit(lint_imports(no_cache=True))"
# Where what a step may name is declared: that alone must load nothing of what it works with.
TABLES = ("catalog", "patches", "sources")
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
    # Measuring coverage would itself load what must not be loaded.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(modules),
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(json.loads(done.stdout))


def list_modules(*parts: str) -> list[str]:
    """List the modules of those parts of the package, those of a sub-package as well."""
    names = []
    for part in parts:
        folder = ROOT / "assembler" / part
        names.append(f"assembler.{part}")
        names += [f"assembler.{part}.{file.stem}" for file in folder.glob("[!_]*.py")]
    return sorted(names)


def test_the_import_contracts_hold() -> None:
    """Each stage imports only what is below it; neighbours in a table are strangers."""
    # Not in this process: it sets logging up for itself, and switches every other logger off.
    done = subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_part_is_said_to_be_light_or_heavy() -> None:
    """A new module cannot slip past the contract that keeps Flask and gevent out."""
    named = " ".join(CONTRACTS["layers"]["layers"])
    parts = set(re.findall(r"\w+", re.sub(r"\(\w+\)", "", named)))  # (…): need not be there

    light = {part for part in LIGHT if "." not in part}  # else it is a light module of a heavy part
    assert parts == light | HEAVY
    assert not light & HEAVY


def test_importing_the_package_loads_next_to_nothing() -> None:
    """``import assembler`` costs a patched process, and the linter, nothing."""
    loaded = find_loaded(
        ["assembler", "assembler.diagnostics.diagnostic", "assembler.diagnostics.codes"]
    )

    assert not loaded.intersection((*SLOW_TO_LOAD_OR_TO_BE_PATCHED, *LOADED_BY_PYDANTIC))
    assert "pydantic" not in loaded


@pytest.mark.parametrize("parts", [sorted(LIGHT), TABLES], ids=["stages", "tables"])
def test_importing_loads_nothing_that_patches_would_come_too_late_for(parts: list[str]) -> None:
    """Every stage before assembling, and every declaration, leaves the process to be patched."""
    modules = list_modules(*parts)

    loaded = find_loaded(modules)

    assert set(modules) <= loaded
    assert not loaded.intersection(SLOW_TO_LOAD_OR_TO_BE_PATCHED)


def test_a_module_that_loads_flask_is_seen() -> None:
    """The test above can fail: it looks at what is really loaded."""
    assert {"flask", "ssl", "werkzeug"} <= find_loaded(["assembler.steps.adapters"])


def test_imports_go_round_in_one_circle_only() -> None:
    """The way from text to served app is a straight line, but that a step may mount a profile."""
    graph = grimp.build_graph("assembler", exclude_type_checking_imports=True, cache_dir=None)

    circling = {
        module
        for module in graph.modules
        for imported in graph.find_modules_directly_imported_by(module)
        if module in {imported, *graph.find_upstream_modules(imported)}
    }

    assert circling == {"assembler.assembling.create", "assembler.assembling.carrying_out"}
