"""Linting a profile and running it point at the same place for the same fault."""

from __future__ import annotations

from contextlib import chdir
from typing import TYPE_CHECKING

import pytest

from assembler import create_app
from assembler.diagnostics.diagnostic import ProfileError
from tests.support.linting import lint_files

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"shop_places/__init__.py": "def on(error):\n    return 'no'\n"}
HEAD = "version: 1\napp: {with: {import_name: shop_places}}\n"


@pytest.mark.parametrize(
    "text",
    [
        "config:\n- use: values\n  with: {SQLALCHEMY_DATABASE_URI: shop}\nextensions: [database]",
        (
            "config:\n- use: values\n  with:\n    SQLALCHEMY_DATABASE_URI: 'postgressql://db/shop'\n"
            "extensions: [database]"
        ),
        (
            "config:\n- use: values\n  with:\n    SQLALCHEMY_DATABASE_URI: 'sqlite://'\n"
            "    SQLALCHEMY_BINDS:\n      logs: {url: shop}\nextensions: [database]"
        ),
        "extensions:\n- use: database\n  with:\n    url: shop",
        "config:\n- use: object\n  with:\n    target: shop_places:Settings",
        "config:\n- use: settings\n  with:\n    target: shop_places.nope:Settings",
        "config:\n- use: file\n  with:\n    path: missing.toml",
        "config:\n- use: argument\n  with:\n    default: shop_places:Settings",
        "config:\n- use: shop_places:load",
        "config:\n- use: values\n  with:\n    KEY: {$import: 'shop_places:nope'}",
        "config:\n- use: values\n  with:\n    KEY: {$call: 'shop_places:nope'}",
        "extensions:\n- use: shop_places:nope",
        "extensions:\n- use: shop_places:on\n  as: error_handler\n  with:\n    for: 99",
        "extensions:\n- {use: 'shop_places:on', as: error_handler, with: {for: 'shop_places:N'}}",
        "extensions:\n- use: imports\n  with:\n    modules: [shop_places, shop_places.nope]",
        "extensions:\n- use: attributes\n  with:\n    testing: true",
        "extensions:\n- use: logging\n  with: {format: {$app: instance_pth}}",
    ],
)
def test_lint_and_run_agree_on_the_place(tmp_path: Path, text: str) -> None:
    """Of the first fault: at the URL, at the target, at the option."""
    found = lint_files(tmp_path, {**FILES, "web.yaml": f"{HEAD}{text}\n"}, env={})
    with chdir(tmp_path), pytest.raises(ProfileError) as raised:
        create_app("web.yaml", env={})
    run = raised.value.diagnostics[0]
    assert (run.code, run.place) in [(one.code, one.place) for one in found]
