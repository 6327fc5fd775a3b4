"""All config sources in one profile, and which of them set each key."""

from __future__ import annotations

import os
import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from assembler import create_app
from tests.support.projects import write_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROFILE = """\
version: 1
app:
  with: {import_name: shop_package}
patches: []
config:
  - use: object
    with: {target: "shop_package:Defaults"}
  - use: values
    with: {VALUES: 1, PORT: "${PORT}", TEXT: "${PORT}", DB: {POOL: {SIZE: 1}}, SHARED: values}
  - use: file
    name: conf
    with: {path: conf.toml}
  - use: dotenv
    with: {path: .env, optional: true}
  - use: file
    with: {path: nothing.py, relative_to: instance, optional: true}
  - use: secrets
    with: {path: secrets}
  - use: env
    with: {prefix: SHOP}
  - use: settings
    with: {target: "shop_package:Checked"}
  - use: shop_package:load
    with: {name: callable}
  - use: argument
    with: {default: testing, choose: "shop_package:CONFIGS"}
"""
PACKAGE = """\
from pydantic import BaseModel

class Defaults:
    OBJECT = 1
    SHARED = "object"
    DB = {"ECHO": True}

class Checked(BaseModel):
    port: int
    checked: bool = True

class Testing:
    TESTING = True
    SHARED = "testing"

CONFIGS = {"testing": Testing}

def load(name):
    return {"CALLABLE": name, "SHARED": name}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a project with a file for every source."""
    (tmp_path / "web.yaml").write_text(PROFILE)
    (tmp_path / "shop_package.py").write_text(PACKAGE)
    (tmp_path / "conf.toml").write_text('FILE = 1\nSHARED = "file"\n')
    (tmp_path / ".env").write_text("DOTENV=${HOME_OF}\nSHARED=dotenv\n")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "api_key").write_text("s3cret-value\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    sys.modules.pop("shop_package", None)


ENV = {
    "PORT": "5001",
    "HOME_OF": "shop",
    "SHOP_SHARED": "env",
    "SHOP_DB__POOL__SIZE": "9",
    "ASSEMBLER_POLICY": "pyproject.toml",
}


def test_every_source_sets_its_keys_and_the_history_is_known(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The later source wins, of each key all sources that set it are known, in their order."""
    (project / "pyproject.toml").write_text("[tool.assembler]\n")
    monkeypatch.chdir(project)
    before = dict(os.environ)

    app = create_app("web.yaml", env=ENV, patches="assume")

    expected = {
        "OBJECT": 1,
        "VALUES": 1,
        "PORT": 5001,
        "TEXT": "5001",
        "FILE": 1,
        "DOTENV": "shop",
        "API_KEY": "s3cret-value",
        "DB": {"POOL": {"SIZE": 9}},
        "CHECKED": True,
        "CALLABLE": "callable",
        "TESTING": True,
        "SHARED": "testing",
    }
    assert {key: app.config[key] for key in expected} == expected
    report = app.extensions["assembler"]
    assert report.get_history("SHARED") == [
        "object",
        "values",
        "conf",
        "dotenv",
        "env",
        "shop_package:load",
        "argument",
    ]
    assert report.get_history("DB") == ["object", "values", "env"]
    assert report.get_history("PORT") == ["values", "settings"]
    assert report.get_history("NOTHING") == []
    assert "s3cret-value" not in str(report.to_dict())
    assert dict(os.environ) == before


def test_a_path_is_relative_to_the_file_that_says_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where an overlay in another folder changes the rest of its step, or of a mount's."""
    head = "version: 1\napp: {with: {import_name: flask}}\n"
    files = {
        "pyproject.toml": "[tool.assembler]\n",
        "shared/base.yaml": f"{head}config: [{{use: dotenv, with: {{path: base.env}}}}]\n"
        "extensions: [{use: below.yaml, name: below, as: mount, with: {path: /below}}]\n",
        "shared/below.yaml": head,
        "shared/base.env": "SAID_BY=base\n",
        "profiles/web.yaml": "extends: ../shared/base.yaml\n"
        "config: [{name: dotenv, with: {optional: false}}]\n"
        "extensions: [{name: below, with: {path: /under}}]\n",
        "profiles/own.yaml": "extends: web.yaml\nconfig: [{name: dotenv, with: {path: own.env}}]\n",
        "profiles/own.env": "SAID_BY=own\n",
    }
    write_files(tmp_path, files)
    monkeypatch.chdir(tmp_path)

    assert create_app("profiles/web.yaml", env={}).config["SAID_BY"] == "base"
    assert create_app("profiles/own.yaml", env={}).config["SAID_BY"] == "own"


def test_what_the_caller_passed_goes_where_the_step_stands(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an `argument` step it takes the default's place; without one it goes last."""
    (project / "pyproject.toml").write_text("[tool.assembler]\n")
    monkeypatch.chdir(project)

    app = create_app("web.yaml", env=ENV, config={"SHARED": "passed"}, patches="assume")
    assert app.config["SHARED"] == "passed"
    assert not app.config["TESTING"]
    assert app.extensions["assembler"].get_history("SHARED")[-1] == "argument"

    (project / "web.yaml").write_text(
        dedent("""\
        version: 1
        app: {with: {import_name: shop_package}}
        config:
          - use: values
            with: {SHARED: values}
        """)
    )
    app = create_app("web.yaml", env=ENV, config={"SHARED": "passed"}, patches="assume")
    assert app.extensions["assembler"].get_history("SHARED") == ["values", "caller"]
