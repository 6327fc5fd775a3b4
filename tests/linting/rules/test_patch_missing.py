"""Test that a library that gevent cannot reach is found, however the profile comes to use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, lint_profile, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "patch-missing"
HEAD = "version: 1\npatches: [gevent]\n"
BLOCKS = "and would block the event loop"
GRPC = f"gRPC is used by 'shop.stock', {BLOCKS}: the patch 'grpc' is not applied"


def lint(folder: Path, profile: str, **modules: str) -> list[str]:
    """Lint ``web.yaml`` in a project with these modules of the package ``shop``."""
    files = {f"shop/{name}.py": f"{text}\n" for name, text in modules.items()}
    return render_found(
        lint_files(folder, {"web.yaml": profile, "shop/__init__.py": "", **files}, RULE)
    )


@pytest.mark.parametrize(
    "steps",
    [
        "extensions: [shop.stock]",
        "extensions: [{use: 'shop.stock:Stock', name: stock}]",
        "extensions: [{use: imports, with: {modules: [shop.stock]}}]",
        "extensions: [{use: logging, with: {level: {$call: 'shop.stock:find_level'}}}]",
        "extensions: [shop.views:blueprint]",
        "app: {use: 'shop.stock:create_app'}",
        "config: [{use: object, with: {target: shop.stock}}]",
        "config: [{use: values, with: {STOCK: {$import: 'shop.stock:channel'}}}]",
        "extensions: [{use: shop.stock, when: '${STOCK}'}]",
    ],
)
def test_a_module_that_the_profile_names_is_read(tmp_path: Path, steps: str) -> None:
    """And those of the project that it imports."""
    found = lint(
        tmp_path, f"{HEAD}{steps}\n", stock="import grpc", views="from shop.stock import Stock"
    )
    assert found == [f"web.yaml:2:11 {GRPC}"]


@pytest.mark.parametrize(
    "text",
    [
        "def connect():\n    import grpc",
        "from grpc import aio",
        "from opentelemetry.exporter.otlp.proto.grpc import trace_exporter",
        "from google.cloud import pubsub_v1",
    ],
)
def test_every_way_to_import_it_counts(tmp_path: Path, text: str) -> None:
    """Inside a function too, and by a library that is known to use it."""
    assert lint(tmp_path, f"{HEAD}extensions: [shop.stock]\n", stock=text) == [
        f"web.yaml:2:11 {GRPC}"
    ]


def test_the_imports_that_lead_to_it_are_shown(tmp_path: Path) -> None:
    """From what the profile names to the library."""
    files = {
        "web.yaml": f"{HEAD}extensions:\n  - shop.views\n",
        "shop/__init__.py": "",
        "shop/views.py": "import os\n\nfrom shop.stock import find\n",
        "shop/stock.py": "def find():\n    import grpc\n",
    }
    (found,) = lint_files(tmp_path, files, RULE)
    assert [(str(one.place), one.message) for one in found.related] == [
        ("web.yaml:4:5", "'shop.views' is named here"),
        ("shop/views.py:3:1", "'shop.views' imports 'shop.stock' here"),
        ("shop/stock.py:2:1", "'shop.stock' imports 'grpc' here"),
    ]


def test_psycopg2_itself_is_found_by_its_import(tmp_path: Path) -> None:
    """Beside a database that is reached in another way."""
    profile = (
        f"{HEAD}config: [{{use: values, with: {{SQLALCHEMY_DATABASE_URI: sqlite://}}}}]\n"
        "extensions: [shop.reports]\n"
    )
    said = f"psycopg2 is used by 'shop.reports', {BLOCKS}: the patch 'psycopg2' is not applied"
    assert lint(tmp_path, profile, reports="import psycopg2") == [f"web.yaml:2:11 {said}"]


@pytest.mark.parametrize(
    ("url", "after"),
    [
        ("'${DATABASE_URL:-postgresql://db/shop}'", ""),
        ("'${DATABASE_URL:-postgresql+psycopg2://db/shop}'", ""),
        ("'postgresql+psycopg2://db/shop'", "  - {use: env, with: {prefix: SHOP}}\n"),
    ],
)
def test_a_url_that_may_be_replaced_is_a_warning(tmp_path: Path, url: str, after: str) -> None:
    """A certain one is an error, of `blocking-driver`."""
    profile = (
        f"{HEAD}config:\n  - {{use: values, with: {{SQLALCHEMY_DATABASE_URI: {url}}}}}\n{after}"
        "extensions: [database]\n"
    )
    said = "psycopg2 is used for SQLALCHEMY_DATABASE_URI, unless another URL is given"
    assert lint(tmp_path, profile) == [
        f"web.yaml:2:11 {said}, {BLOCKS}: the patch 'psycopg2' is not applied"
    ]


@pytest.mark.parametrize(
    "profile",
    [
        "version: 1\nextensions: [shop.stock]\n",
        "version: 1\npatches: [gevent, grpc]\nextensions: [shop.stock]\n",
        "version: 1\npatches: [{use: gevent, when: false}]\nextensions: [shop.stock]\n",
        "version: 1\npatches: [gevent, {use: grpc, when: '${X}'}]\nextensions: [shop.stock]\n",
        HEAD + "extensions: [{use: shop.stock, when: false}]\n",
        HEAD + "extensions: [shop.types, shop.missing, 'not a reference']\n",
        HEAD + "config: [{use: values, with: {SQLALCHEMY_DATABASE_URI: 'sqlite:///a.db'}}]\n",
        HEAD + "config: [{use: values, with: {SQLALCHEMY_DATABASE_URI: '${DATABASE_URL}'}}]\n",
        HEAD
        + "config: [{use: values, with: {SQLALCHEMY_DATABASE_URI: 'postgresql+psycopg2://db/a'}}]\n",
    ],
)
def test_what_waits_well_or_is_not_used_is_left_alone(tmp_path: Path, profile: str) -> None:
    """Unpatched, patched for it, skipped, for types only, said by another rule."""
    types = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import grpc"
    assert lint(tmp_path, profile, stock="import grpc", types=types) == []


def test_a_gevent_profile_without_either_is_clean(tmp_path: Path) -> None:
    """Nothing is guessed."""
    assert lint_profile(tmp_path, f"{HEAD}extensions: [logging, proxy_fix]\n", RULE) == []
