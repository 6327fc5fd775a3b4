"""`adopt` on every factory of `tests/apps`: what it writes makes the same app."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from assembler.diagnostics.diagnostic import Collector, Severity
from assembler.linting.engine import Linter
from assembler.linting.selection import build_selection
from assembler.linting.targets import find_targets
from assembler.policy import find_policy
from tests.support.building import build_elsewhere
from tests.support.processes import run_cli
from tests.support.sameness import find_differences

APPS = Path(__file__).parents[1] / "apps"
FACTORIES = APPS / "factories"
# Of a function that was moved, its module is another.
MOVED = re.compile(r"[\w.]+:(?:\w+\.)?(?:create_app|block_\d+)\.<locals>")
# What the catalogue's steps have in another way than the library's own extension.
CATALOGUE = ("commands.db", "extensions", "logging.process.alembic")


@dataclass(frozen=True)
class Case:
    """A factory, and what is known of it."""

    factory: str
    project: Path = APPS
    options: dict[str, Any] = field(default_factory=dict)  # what has to be passed
    variants: dict[str, Any] = field(default_factory=dict)  # by the profile: what is passed
    leftovers: int = 0  # without `--glue`
    uses_catalogue: bool = False
    is_apart: bool = False  # a second app in its process is another one


def _find(project: str, factory: str, **known: Any) -> Case:  # noqa: ANN401 - of a case
    return Case(factory, FACTORIES / project, **known)


CASES = {
    "tenant_desk": Case("tenant_desk.factory:create_app", options={"tenant": {"NAME": "east"}}),
    "api_only": Case("api_only.factory:create_app"),
    "tutorial_blog": Case("tutorial_blog:create_app"),
    "shopfront": Case(
        "shopfront:create_app",
        variants={"web-testing": {"config": "testing"}, "web-production": {"config": "production"}},
        uses_catalogue=True,
        is_apart=True,
    ),
    "notes_classconf": Case("notes_classconf.factory:create_app"),
    "celery_mail": Case(
        "celery_mail.factory:create_app", variants={"web-testing": {"testing": True}}
    ),
    "plugin_wiki": Case("plugin_wiki.factory:create_app"),
    "ops_console": Case("ops_console.factory:create_app"),
    "branch_office": Case(
        "branch_office.factory:create_app", options={"branch": "west"}, leftovers=2
    ),
    "big28": Case("big28.factory:create_app"),
    "big28_migrations": Case("big28.factory:create_migrations_app"),
    "depot32": Case("depot32.factory:create_app"),
    "accounts": _find(
        "accounts",
        "accounts:create_app",
        variants={
            "web-testing": {"config_name": "testing"},
            "web-production": {"config_name": "production"},
        },
        leftovers=1,
        uses_catalogue=True,
    ),
    "builder_shop": _find("builder_shop", "builder_shop:create_app", leftovers=1),
    "catalogue_loops": _find("catalogue_loops", "warehouse:create_app", uses_catalogue=True),
    "chatterblog": _find("chatterblog", "app:create_app", uses_catalogue=True, is_apart=True),
    "cookie": _find("cookie", "cookie.app:create_app", uses_catalogue=True, is_apart=True),
    "guestbook": _find("guestbook", "guestbook:create_app", leftovers=1),
    "harbour": _find(
        "harbour", "harbour.factory:create_app", variants={"web-testing": {"testing": True}}
    ),
    "hooked": _find("hooked", "hooked:create_app", leftovers=2),
    "newsroom": _find(
        "newsroom",
        "newsroom.factory:create_app",
        variants={"web-no-register-security-headers": {"register_security_headers": False}},
        leftovers=1,
        is_apart=True,
    ),
    "plugboard": _find("plugboard", "plugboard:create_app"),
    "relay": _find("relay", "relay:create_app", uses_catalogue=True, is_apart=True),
    "two_sides": _find("two_sides", "twosides.main:create_app", uses_catalogue=True),
    "two_sides_worker": _find("two_sides", "twosides.main:create_worker_app", uses_catalogue=True),
}


@pytest.mark.parametrize("name", CASES)
def test_adopted_profiles_make_the_same_app(name: str, tmp_path: Path) -> None:
    """In each variant; the profiles have no errors, and the project stays as it was."""
    case, project = CASES[name], tmp_path / "project"
    _copy(case, project)
    before = _read(project)
    options = ["--args", json.dumps(case.options)] if case.options else []

    arguments = [case.factory, "--glue", "--no-verify", *options]
    said = run_cli(["-m", "assembler", "adopt", *arguments], project)

    assert said.returncode == 0, said.stderr
    assert "left over" not in said.stdout
    written = {line.removeprefix("wrote ") for line in said.stdout.splitlines()}
    assert {file: text for file, text in _read(project).items() if file not in written} == before
    assert _lint(project) == []
    assert ("glue.py" in said.stdout) is (case.leftovers > 0)
    _compare(case, project)


def _copy(case: Case, project: Path) -> None:
    """Copy what belongs to the factory: of `tests/apps` its package alone."""
    ignored = shutil.ignore_patterns("__pycache__", "instance", "profiles", "factories")
    if case.project == APPS:
        package = case.factory.partition(":")[0].partition(".")[0]
        shutil.copytree(APPS / package, project / package, ignore=ignored)
    else:
        shutil.copytree(case.project, project, ignore=ignored)
    (project / "pyproject.toml").write_text("[tool.assembler]\n", encoding="utf-8")
    for folder in ("migrations", "alembic", "db/migrations"):
        shutil.copytree(APPS.parents[1] / "migrations", project / folder, ignore=ignored)


def _read(project: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(project)): file.read_bytes()
        for file in project.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def _lint(project: Path) -> list[str]:
    """Return the errors that `lint` finds; a secret that the factory had is a warning."""
    with contextlib.chdir(project):
        found = Collector()
        targets = find_targets(["profiles"], found)
        linter = Linter(find_policy({}, project), build_selection([], []))
        reported = [*found.found, *linter.lint(targets).diagnostics]
    return [str(one) for one in reported if one.severity is Severity.ERROR]


def _compare(case: Case, project: Path) -> None:
    env = {
        "TUTORIAL_BLOG_INSTANCE": str(project / "instance"),
        "BIG28_STORAGE_PATH": str(project / "storage"),
    }
    web = project / "profiles" / "web.yaml"
    # The process that compares is not patched, and the patches change nothing of the app.
    web.write_text(re.sub(r"(?m)^patches:\n(  - .*\n)+", "", web.read_text("utf-8")), "utf-8")
    ways = {"web": case.options, **case.variants}
    by_hand = [{"factory": case.factory, "with": passed, "env": env} for passed in ways.values()]
    by_profile = [{"profile": f"profiles/{name}.yaml", **_pass(case), "env": env} for name in ways]
    if case.is_apart:
        left, right = build_elsewhere(by_hand, project), build_elsewhere(by_profile, project)
    else:
        # The profiles first: they have to import what the factory imports.
        built = build_elsewhere([*by_profile, *by_hand], project)
        right, left = built[: len(ways)], built[len(ways) :]
    for way, one, other in zip(ways, left, right, strict=True):
        differing = [
            difference
            for difference in find_differences(one["description"], other["description"])
            if _blur(difference.left) != _blur(difference.right)
            and not (case.uses_catalogue and difference.path.startswith(CATALOGUE))
        ]
        assert (way, differing) == (way, [])


def _pass(case: Case) -> dict[str, Any]:
    """Return what the caller of a profile passes: a mapping is the config."""
    first = next(iter(case.options.values()), None)
    return {"config": first} if isinstance(first, dict) else {"arguments": case.options}


def _blur(value: object) -> str:
    return MOVED.sub("moved", str(value))
