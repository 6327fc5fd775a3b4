"""A step of another distribution: built, installed into a folder, used, linted, documented."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.processes import ROOT, run_cli
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE = ROOT / "tests" / "distributions" / "shop_audit"
PAGE = ROOT / "docs" / "howto" / "write-a-step.md"
FILES = {
    "web.yaml": """\
version: 1
app: {with: {import_name: shop}}
extensions:
  - logging
  - use: audit
    with: {find_user: {$import: "shop.users:get_name"}}
  - shop.views
""",
    "shop/__init__.py": "",
    "shop/users.py": "def get_name():\n    return 'ada'\n",
    "shop/views.py": """\
import click


def init_app(app):
    app.post("/orders")(lambda: "ordered")

    @app.cli.command("order")
    def order():
        with app.test_client() as client:
            click.echo(client.post("/orders").text)
        click.echo(app.extensions["audit"].logger.name)
        click.echo(f"signed: {bool(app.secret_key)}")
""",
}
EMPTY = "version: 1\napp: {with: {import_name: shop}}\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder into which the sample was built and installed."""
    folder = tmp_path_factory.mktemp("site")
    source = folder / "source"
    shutil.copytree(SAMPLE, source)
    subprocess.run(
        [
            sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet",
            "--no-deps", "--no-index", "--no-build-isolation", "--no-compile",
            "--target", folder / "installed", source,
        ],
        check=True,
        cwd=folder,
    )  # fmt: skip
    return folder / "installed"


def run(folder: Path, site: Path | str, *args: str) -> tuple[int, str, str]:
    """Run a command in ``folder`` with ``site`` on the path; return its status and output."""
    done = run_cli(["-m", "assembler", *args], folder, {"PYTHONPATH": f"{ROOT}:{site}"})
    return done.returncode, done.stdout, done.stderr


def add_distribution(site: Path, name: str, entry_points: str, module: str = "") -> Path:
    """Lay out a further distribution as installed, and return the folder."""
    info = f"{name}-1.0.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
    files = {f"{info}/METADATA": metadata, f"{info}/entry_points.txt": entry_points}
    write_files(site, {**files, f"{name}.py": module})
    return site


def test_the_page_shows_the_sample() -> None:
    """Word for word: what a reader copies is what is built here."""
    blocks = re.findall(r"^```\w+\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)

    assert (SAMPLE / "pyproject.toml").read_text("utf-8") in blocks
    assert (SAMPLE / "shop_audit" / "__init__.py").read_text("utf-8") in blocks


def test_a_profile_uses_it(tmp_path: Path, site: Path) -> None:
    """The app gets it, with its options resolved, in every way of assembling."""
    write_files(tmp_path, FILES)

    status, printed, said = run(tmp_path, site, "flask", "web.yaml", "order")

    assert (status, printed.splitlines()) == (0, ["ordered", "audit", "signed: False"]), said
    assert "ada: POST /orders, 200" in said


def test_it_is_linted(tmp_path: Path, site: Path) -> None:
    """Its options are typed, its objects are looked up, its order is kept."""
    profile = """\
version: 1
app: {with: {import_name: shop}}
extensions:
  - use: audit
    with: {method: [POST], logger: "", find_user: {$import: "shop.users:get_nam"}}
  - logging
"""
    write_files(tmp_path, {**FILES, "web.yaml": profile})

    status, printed, _ = run(tmp_path, site, "lint", "web.yaml")

    found = re.findall(r"^(web.yaml:\S+): .*\[([\w-]+)\]$", printed, re.MULTILINE)
    assert status == 1
    assert found == [
        ("web.yaml:4:10", "order-broken"),
        ("web.yaml:5:12", "unknown-key"),
        ("web.yaml:5:36", "wrong-value"),
        ("web.yaml:5:61", "attribute-not-found"),
    ]


def test_an_order_with_a_projects_own_version_is_a_warning(tmp_path: Path, site: Path) -> None:
    """As with a step of ours."""
    profile = (
        "version: 1\napp: {with: {import_name: shop}}\nextensions: [audit, shop.ext_logging]\n"
    )
    files = {"web.yaml": profile, "shop/ext_logging.py": "def init_app(app):\n    pass\n"}
    write_files(tmp_path, {**FILES, **files})

    _, printed, _ = run(tmp_path, site, "lint", "--select", "usual-order", "web.yaml")

    assert "'shop.ext_logging' usually comes before 'audit'" in printed


def test_the_catalogue_documents_it(tmp_path: Path, site: Path) -> None:
    """In the list, by its name, in the schema; and as the page prints it."""
    _, listed, _ = run(tmp_path, site, "catalog")
    status, printed, _ = run(tmp_path, site, "catalog", "audit")
    _, schema, _ = run(tmp_path, site, "schema")

    assert " audit " in listed
    assert status == 0
    assert printed in PAGE.read_text("utf-8")
    assert "The name of the logger." in schema


def test_installed_never_means_enabled(tmp_path: Path, site: Path) -> None:
    """A profile that does not name it is the same, and its module is not imported."""
    write_files(tmp_path, {**FILES, "web.yaml": EMPTY})
    broken = add_distribution(
        tmp_path / "site", "ran", "[assembler.extensions]\nran = ran:STEP\n", "raise SystemExit\n"
    )
    path = f"{ROOT}:{site}:{broken}"
    program = (
        "import sys, assembler; app = assembler.create_app('web.yaml')\n"
        "print('audit' in app.extensions, 'shop_audit' in sys.modules, 'ran' in sys.modules)"
    )

    done = run_cli(["-c", program], tmp_path, {"PYTHONPATH": path})
    linted = run_cli(["-m", "assembler", "lint", "web.yaml"], tmp_path, {"PYTHONPATH": path})

    assert done.stdout.split() == ["False", "False", "False"], done.stderr
    assert linted.returncode == 0


def test_two_distributions_with_one_name_are_told(tmp_path: Path, site: Path) -> None:
    """Neither is used; a second copy of the same distribution is no clash."""
    write_files(tmp_path, FILES)
    other = add_distribution(
        tmp_path / "site", "zzz_audit", "[assembler.extensions]\naudit = zzz_audit:STEP\n"
    )

    status, printed, _ = run(tmp_path, f"{site}:{other}", "lint", "web.yaml")
    copied = shutil.copytree(site, tmp_path / "copy")

    assert status == 1
    assert "2 distributions have 'audit' in assembler.extensions: shop-audit, zzz-audit" in printed
    assert re.findall(r"\[ASM\d+\]", printed) == ["[ASM471]"]
    assert run(tmp_path, f"{site}:{copied}", "lint", "web.yaml")[0] == 0


def test_a_name_of_ours_stays_ours(tmp_path: Path) -> None:
    """Of every kind of step; `catalog` warns of it."""
    groups = {"config_sources": "env", "extensions": "logging"}
    points = "".join(f"[assembler.{key}]\n{name} = taker:STEP\n" for key, name in groups.items())
    site = add_distribution(tmp_path / "site", "taker", points, "raise SystemExit\n")

    status, printed, said = run(tmp_path, site, "catalog")
    _, _, named = run(tmp_path, site, "catalog", "logging")

    assert (status, " logging " in printed) == (0, True)
    assert [line for line in said.splitlines() if "[ASM" in line] == [
        f"assembler.{group}:1:1: warning[ASM471] 2 distributions have '{name}' in "
        f"assembler.{group}: flask-assembler, taker [step-name-clash]"
        for group, name in groups.items()
    ]
    assert named.count("[ASM471]") == 1


@pytest.mark.parametrize(
    ("module", "why"),
    [
        ("STEP = 1\n", "expected a CatalogStep, got an object of type int"),
        ("", "AttributeError: module 'broken' has no attribute 'STEP'"),
        ("import no_such_module\n", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("raise SystemExit(3)\n", "SystemExit: 3"),
    ],
)
def test_an_entry_point_that_cannot_be_loaded_is_told(
    tmp_path: Path, module: str, why: str
) -> None:
    """Where a profile uses it, and by `catalog`, which lists all others."""
    points = "[assembler.extensions]\nbroken = broken:STEP\n"
    site = add_distribution(tmp_path / "site", "broken", points, module)
    write_files(tmp_path, {"web.yaml": f"{EMPTY}extensions: [broken]\n"})

    status, printed, _ = run(tmp_path, site, "lint", "web.yaml")
    listing = run(tmp_path, site, "catalog")

    message = f"'broken' of the distribution broken cannot be loaded: {why} [broken-entry-point]"
    assert status == 1
    assert printed.splitlines()[0] == f"web.yaml:3:14: error[ASM470] {message}"
    assert listing[0] == 1
    assert " database " in listing[1]
    assert message in listing[2]
    assert run(tmp_path, site, "schema")[0] == 0


@pytest.mark.parametrize(
    ("extra", "wanted"), [('"redis"', "shop-keeper[redis]"), ("None", "no_such_module")]
)
def test_a_missing_package_names_the_extra_of_its_distribution(
    tmp_path: Path, extra: str, wanted: str
) -> None:
    """Not one of ours; the entry's name is the step's, whatever the step calls itself."""
    points = "[assembler.extensions]\nkeeper = shop_keeper:STEP\n"
    module = (
        "from assembler.steps import CatalogStep, Options\n"
        "class KeeperOptions(Options): pass\n"
        "STEP = CatalogStep('another', 'Keep.', KeeperOptions, lambda c, o: None,\n"
        f"    packages=('no_such_module',), extra={extra})\n"
    )
    site = add_distribution(tmp_path / "site", "shop_keeper", points, module)
    write_files(tmp_path, {"web.yaml": f"{EMPTY}extensions: [keeper]\n"})

    _, printed, _ = run(tmp_path, site, "lint", "web.yaml")
    _, listed, _ = run(tmp_path, site, "catalog", "keeper", "--output-format", "json")

    assert "'keeper' needs it" in printed
    assert f'Run `pip install "{wanted}"`.' in printed
    assert json.loads(listed)[0]["name"] == "keeper"


def test_what_it_needs_is_assembled_with_it(tmp_path: Path, site: Path) -> None:
    """`flask --only` asks the step, as it asks the catalogue about ours."""
    points = "[assembler.extensions]\nledger = ledger:STEP\n"
    module = (
        "from dataclasses import replace\nfrom shop_audit import STEP\n"
        "STEP = replace(STEP, needs=('secret_key',), after=('secret_key',))\n"
    )
    other = add_distribution(tmp_path / "site", "ledger", points, module)
    profile = (
        f"{EMPTY}extensions:\n  - {{use: secret_key, with: {{key: '{'k7Zw3PqX' * 5}'}}}}\n"
        "  - audit\n  - ledger\n  - shop.views\n"
    )
    write_files(tmp_path, {**FILES, "web.yaml": profile})
    args = ("flask", "--only", "ledger,shop.views", "web.yaml", "order")

    status, printed, said = run(tmp_path, f"{site}:{other}", *args)

    assert (status, printed.splitlines()[-1:]) == (0, ["signed: True"]), said
