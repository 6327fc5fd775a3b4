"""Test that a module that is not there is found wherever a profile names one, and no other."""

from __future__ import annotations

import sys
from importlib.machinery import EXTENSION_SUFFIXES
from typing import TYPE_CHECKING

import pytest

from tests.support.linting import POLICY, lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "module-not-found"
SHOP = {"shop/__init__.py": "", "shop/mail.py": "def init_app(app): ...\n"}
MISSING = 'the package "shop" has no module "mial"'


def build(text: str) -> str:
    """Return a profile that ends in ``text``."""
    return f"version: 1\n{text}\n"


def lint(folder: Path, text: str, files: dict[str, str] | None = None) -> list[str]:
    """Lint a profile beside the shop's modules and ``files``."""
    every = {**SHOP, **(files or {}), "web.yaml": build(text)}
    return render_found(lint_files(folder, every, RULE))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("extensions: [shop.mial]", "2:14"),
        ("extensions: ['shop.mial:Mail']", "2:14"),
        ("extensions: [{use: 'shop.mial:', name: mail}]", "2:20"),
        ("app: {use: 'shop.mial:create'}", "2:12"),
        ("app: {with: {static_folder: {$import: 'shop.mial:F'}}}", "2:39"),
        ("config: [{use: 'shop.mial:load'}]", "2:16"),
        ("config: [{use: object, with: {target: 'shop.mial:C'}}]", "2:39"),
        ("config: [{use: values, with: {A: [{$call: 'shop.mial:f'}]}}]", "2:43"),
        ("extensions: [{use: imports, with: {modules: [shop.mail, shop.mial]}}]", "2:57"),
        ("server: {with: {post_fork: {$import: 'shop.mial:f'}}}", "2:38"),
    ],
)
def test_a_missing_module_is_found_wherever_it_is_named(
    tmp_path: Path, text: str, place: str
) -> None:
    """At the text that names it; the package above it is there."""
    assert lint(tmp_path, text) == [f"web.yaml:{place} {MISSING}"]


@pytest.mark.parametrize(
    ("use", "message", "hint"),
    [
        ("shop.mial", MISSING, "Did you mean 'mail'?"),
        ("shp.mail:x", 'there is no module "shp"', "Did you mean 'shop'?"),
        ("shop.mail.ext", 'the package "shop.mail" has no module "ext"', "Write `shop.mail:ext`"),
        ("flask.vews:View", 'the package "flask" has no module "vews"', "Did you mean 'views'?"),
        ("zzqx_kw:x", 'there is no module "zzqx_kw"', "Install the package, or add its folder"),
    ],
)
def test_the_first_part_that_is_missing_is_named(
    tmp_path: Path, use: str, message: str, hint: str
) -> None:
    """With what is there that is nearly called so, else with what can be done."""
    text = build(f"extensions: ['{use}']")
    (found,) = lint_files(tmp_path, {**SHOP, "web.yaml": text}, RULE)
    assert (found.severity, found.message) == ("error", message)
    assert found.hint is not None
    assert found.hint.startswith(hint)


@pytest.mark.parametrize("condition", ["on_error: skip", "when: {$config: MAIL}"])
def test_where_the_app_may_boot_without_it_it_is_a_warning(tmp_path: Path, condition: str) -> None:
    """The step is skipped when it fails, or may not run at all."""
    text = build(f"extensions: [{{use: shop.mial, {condition}}}]")
    (found,) = lint_files(tmp_path, {**SHOP, "web.yaml": text}, RULE)
    assert (found.severity, found.message) == ("warning", MISSING)


@pytest.mark.parametrize(
    ("files", "use"),
    [
        ({"spread/deep/part.py": ""}, "spread.deep.part"),
        ({"shop/pages/__init__.py": ""}, "shop.pages:blueprint"),
        ({f"shop/fast{EXTENSION_SUFFIXES[0]}": ""}, "shop.fast:start"),
        ({"shop/plugins/__init__.py": "__path__.append('/plugins')\n"}, "shop.plugins.mail:x"),
        ({"lib/__init__.py": "import sys\nsys.modules['lib.mail'] = sys\n"}, "lib.mail:x"),
        ({"pyproject.toml": f"{POLICY}pythonpath = ['src']\n", "src/lib/a.py": ""}, "lib.a:x"),
        ({}, "os.path:join"),
        ({}, "xml.etree.ElementTree:parse"),
        ({}, "flask.views:View"),
        ({"pyproject.toml": f"{POLICY}allow = ['shop.*']\n"}, "vendor.mail:x"),
    ],
)
def test_a_module_is_looked_for_as_python_would(
    tmp_path: Path, files: dict[str, str], use: str
) -> None:
    """Namespaces, compiled modules, folders of the policy; what a package adds while it runs.

    Of what the policy does not allow nothing is said, whether it is there or not.
    """
    assert lint(tmp_path, f"extensions: ['{use}']", files) == []


@pytest.mark.parametrize(
    "text",
    [
        "extensions: [{use: no_such.mail, when: {installed: no_such}}]",
        "extensions: [{use: shop.mial, when: false}]",
        "abstract: true\nextensions: [shop.mial]",
        "config: [{use: values, with: {MODULE: 'shop.mial:x'}}]",
        "extensions: [{use: profiles/admin.yaml, as: mount, with: {path: /admin}}]",
        "extensions: [{use: 'shop.mail:', name: shop.mial}]",
    ],
)
def test_what_is_not_imported_is_not_looked_for(tmp_path: Path, text: str) -> None:
    """A step that is skipped, an abstract base, a plain text."""
    assert lint(tmp_path, text) == []


def test_what_is_found_is_not_imported(tmp_path: Path) -> None:
    """Neither the module nor the packages above it: what they would do is not done."""
    done = tmp_path / "done"
    act = f"import pathlib\npathlib.Path({str(done)!r}).touch()\nraise SystemExit\n"
    files = {"loud/__init__.py": act, "loud/mail.py": act + "def init_app(app): ...\n"}
    assert lint(tmp_path, "extensions: [loud.mail, shop.mail]", files) == []
    assert not done.exists()
    assert not {"loud", "loud.mail"} & set(sys.modules)
