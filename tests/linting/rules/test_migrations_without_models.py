"""Test which modules of models a migrations profile is found to lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "migrations-without-models"
BASE = "version: 1\nabstract: true\nextensions: [database, migrate]\n"
IMPORTS = "{{use: imports, with: {{modules: [{}]}}}}"
DB = "{use: database, with: {db: {$import: 'shop.models:db'}}}"


def lint(folder: Path, web: str, migrations: str, **more: str) -> list[str]:
    """Lint two profiles of one base, with the given extensions."""
    files = {
        "base.yaml": BASE,
        "web.yaml": f"version: 1\nextends: base.yaml\nextensions: [{web}]\n",
        "migrations.yaml": (
            f"version: 1\nextends: base.yaml\nrole: migrations\nextensions: [{migrations}]\n"
        ),
        **{f"{name}.yaml": text for name, text in more.items()},
    }
    return render_found(lint_files(folder, files, RULE))


@pytest.mark.parametrize(
    ("web", "module"),
    [
        (IMPORTS.format("shop.models"), "shop.models"),
        (IMPORTS.format("shop.signals, shop.orders.models"), "shop.orders.models"),
        (DB, "shop.models"),
    ],
)
def test_models_that_only_web_imports_are_found_at_the_role(
    tmp_path: Path, web: str, module: str
) -> None:
    """By a step `imports`, or with the instance that the step `database` is given."""
    assert lint(tmp_path, web, "") == [
        f"migrations.yaml:3:7 'migrations' does not import \"{module}\", as 'web' does"
    ]


@pytest.mark.parametrize(
    ("web", "migrations"),
    [
        (IMPORTS.format("shop.models"), IMPORTS.format("shop.models")),
        (IMPORTS.format("shop.models"), DB),
        (DB, "{use: migrate, with: {db: {$import: 'shop.models:db'}}}"),
        (IMPORTS.format("shop.signals"), ""),
        (IMPORTS.format("shop.models"), "shop.ext_database"),
        (IMPORTS.format("shop.models"), "{use: database, when: false}"),
        ("{use: imports, when: '${SHOP:-1}', with: {modules: [shop.models]}}", ""),
        ("", ""),
    ],
)
def test_models_that_are_or_may_be_imported_are_left_alone(
    tmp_path: Path, web: str, migrations: str
) -> None:
    """Code that the migrations profile names itself may import them."""
    assert lint(tmp_path, web, migrations) == []


def test_what_all_profiles_share_does_not_import_them(tmp_path: Path) -> None:
    """Or the web profile would not have to; and only what all web profiles import is missed."""
    shared = "version: 1\nextends: base.yaml\nabstract: true\nextensions: ['shop.mail:init']\n"
    web = "version: 1\nextends: shared.yaml\nextensions: [{}]\n"
    files = {
        "base.yaml": BASE,
        "shared.yaml": shared,
        "web.yaml": web.format(IMPORTS.format("shop.models")),
        "migrations.yaml": "version: 1\nextends: shared.yaml\nrole: migrations\n",
    }
    assert len(lint_files(tmp_path, files, RULE)) == 1
    assert lint_files(tmp_path, {**files, "admin.yaml": web.format("")}, RULE) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("", 1),
        ("from shop import entities\n", 0),
        ("import importlib\nfor name in ('entities',):\n    importlib.import_module(name)\n", 0),
    ],
)
def test_what_the_imported_models_import_counts(tmp_path: Path, source: str, found: int) -> None:
    """A second module of models is the likely one to be forgotten."""
    modules = {"shop/__init__.py": "", "shop/models.py": source, "shop/entities.py": ""}
    files = {
        **modules,
        "base.yaml": BASE,
        "web.yaml": "version: 1\nextends: base.yaml\nextensions: "
        f"[{IMPORTS.format('shop.models, shop.entities')}]\n",
        "migrations.yaml": "version: 1\nextends: base.yaml\nrole: migrations\nextensions: "
        f"[{IMPORTS.format('shop.models')}]\n",
    }
    assert len(lint_files(tmp_path, files, RULE)) == found
