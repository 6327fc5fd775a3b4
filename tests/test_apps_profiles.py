"""The profiles of `tests/apps`: each makes the very app that the hand-written factory makes."""

from __future__ import annotations

import ast
import re
import shutil
from typing import TYPE_CHECKING

import pytest
import yaml

from assembler.planning.loading import load_plan
from tests.support.app_variants import APPS, VARIANTS, Variant, build_orders
from tests.support.building import build_elsewhere
from tests.support.sameness import find_differences

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BY_APP = [
    pytest.param(factory, profile, variants, id=profile.removesuffix(".yaml"))
    for (factory, profile), variants in VARIANTS.items()
]


# What hand-written factories do, kind by kind.
KINDS = [
    "explicit `Flask(import_name)`",
    "`register_blueprint`",
    "ordered `init_app` of instances",
    "ordered `init_app` of modules",
    "config from the caller: a class",
    "config from the caller: a mapping",
    "config from the caller: a mapping instead of the defaults",
    "config from the caller: a module's name",
    "config from the caller: a name",
    "config from the caller: a flag",
    "config from the caller: a mapping that must be passed",
    "config from the caller: nothing",
    "`from_object` with a class",
    "`from_object` with a module",
    "`init_app(app, db)` with another object",
    "a click command",
    "a blueprint's own commands",
    "late, ordered imports",
    "a condition: a config key",
    "a condition: debug or testing",
    "a condition: a variable",
    "a condition: `is_enabled`",
    "any callable that takes the app",
    "blueprint options",
    "request and teardown hooks",
    "URL processors",
    "logging handlers",
    "an error handler by code",
    "an error handler by several codes",
    "an error handler by class",
    "shell context",
    "`init_app` keyword arguments: literal",
    "`init_app` keyword arguments: a reference",
    "`init_app` keyword arguments: from config",
    "context processors",
    "Jinja globals",
    "Jinja filters",
    "Jinja tests",
    "Jinja loaders",
    "Flask's own arguments",
    "a Flask subclass",
    "layered config",
    "`from_pyfile` of a `.cfg` file",
    "a table of a file",
    "functions without arguments",
    "functions before the app exists",
    "side-effect imports",
    "side-effect imports before the app exists",
    "app attributes",
    "attributes of what the app has",
    "`add_url_rule` with an endpoint only",
    "`add_url_rule` with a view",
    "WSGI middleware",
    "another WSGI app",
    "config written while assembling",
    "folders made",
    "calls on an extension afterwards",
    "`create_all`",
    "a step in an app context",
    "plugins discovered",
    "Celery bound to the app",
    "a class called with the app",
    "a config class's own `init_app`",
    "`init_app` on a blueprint: given the blueprint",
    "`init_app` on a blueprint: given the app",
    "a second factory, a subset of the same list",
    "several arguments of the factory",
    "a function that makes an extension",
    "a function that makes a blueprint",
    "a function that makes a command",
    "a function that makes a log handler",
    "a function that makes middleware",
    "an extension that needs the app to be made",
    "the app as a value",
    "closing by a function",
    "steps of a child beside one step of its base",
    "a step of the base that the child moves",
]
PROFILES = sorted((APPS / "profiles").glob("*.yaml"))
REFERENCE = re.compile(r"[a-z]\w*(\.\w+)*(:[\w.]*)?")
# What an app's own factory imports besides the app.
LIBRARIES = {
    "api_only": ("werkzeug",),
    "celery_mail": ("flask_cors", "redis"),
    "ops_console": ("builtins",),
    "plugin_wiki": ("flask", "jinja2"),
}


def start_anew(folder: Path, variants: tuple[Variant, ...]) -> None:
    """Leave nothing in the folder but the files of the variants."""
    shutil.rmtree(folder, ignore_errors=True)
    for variant in variants:
        for name, text in variant.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")


def list_files(folder: Path) -> list[str]:
    """List what is below the folder, folders too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize(("factory", "profile", "variants"), BY_APP)
def test_profile_makes_the_same_app_as_its_factory(
    factory: str, profile: str, variants: tuple[Variant, ...], tmp_path: Path
) -> None:
    """In every variant: of the same parts, with the same answers to the same requests."""
    folder = tmp_path / "state"
    orders_by_hand, orders_by_profile = build_orders(factory, profile, variants, folder)

    start_anew(folder, variants)
    by_hand, made_by_hand = build_elsewhere(orders_by_hand, APPS), list_files(folder)
    start_anew(folder, variants)
    by_profile, made_by_profile = build_elsewhere(orders_by_profile, APPS), list_files(folder)

    assert made_by_profile == made_by_hand
    for variant, left, right in zip(variants, by_hand, by_profile, strict=True):
        for part in ("description", "parts", "answers"):
            assert (variant.name, find_differences(left[part], right[part])) == (variant.name, [])
        steps = right["report"]["steps"]
        outcomes = {step["name"]: step["outcome"] for step in steps if step["kind"] == "extension"}
        skipped = frozenset(name for name, outcome in outcomes.items() if outcome == "skipped")
        assert (variant.name, skipped) == (variant.name, variant.skipped)
        assert set(outcomes.values()) <= {"done", "skipped"}


def test_big28_profile_keeps_the_factory_s_order_of_28_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Though the profile says two of them in its base."""
    monkeypatch.chdir(APPS)
    (written,) = [
        node.value
        for node in ast.walk(ast.parse((APPS / "big28" / "factory.py").read_text("utf-8")))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple)
    ]
    by_hand = [f"big28.{name.id}" for name in written.elts if isinstance(name, ast.Name)]

    plan = load_plan("profiles/big28_web.yaml", env={}).plan

    assert len(by_hand) == 28
    assert [planned.step.name for planned in plan.extensions] == by_hand


def test_apps_readme_shows_a_line_for_every_kind_of_step() -> None:
    """Each kind that hand-written factories have, once, and the line is there."""
    rows = read_table("Kinds of steps, and how a profile writes them")

    assert [kind for kind, _, _ in rows] == KINDS
    for kind, profile, said in rows:
        file = APPS / "profiles" / profile.strip("`")
        lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
        shown = re.findall(r"`([^`]+)`", said)
        assert shown, kind
        assert [line for line in shown if line not in lines] == [], kind


def read_table(heading: str) -> list[list[str]]:
    """Return the cells of the table below a heading of the README, without its first two lines."""
    text = (APPS / "README.md").read_text("utf-8")
    section = text.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


@pytest.mark.parametrize("file", PROFILES, ids=lambda file: file.stem)
def test_profile_names_only_objects_its_app_uses(file: Path) -> None:
    """The objects of the app and of libraries, and the catalogue: there is no glue in Python."""
    app = file.stem.removesuffix("_web").removesuffix("_base").removesuffix("_migrations")
    named = {text for text in iter_texts(yaml.safe_load(file.read_text("utf-8"))) if is_code(text)}

    packages = {re.split(r"[.:]", text)[0] for text in named}
    assert packages <= {app, *LIBRARIES.get(app, ())}
    assert app in packages or file.stem == "big28_migrations"


def is_code(text: str) -> bool:
    """Return whether a string is an object reference: with a colon, or of an app here."""
    package, dot, _ = text.partition(".")
    is_of_an_app = bool(dot) and (APPS / package / "__init__.py").is_file()
    return REFERENCE.fullmatch(text) is not None and (":" in text or is_of_an_app)


def iter_texts(value: object) -> Iterator[str]:
    """Return every text among the values of a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from iter_texts(item)
