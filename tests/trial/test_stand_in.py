"""Test what an app's database and instance folder are replaced by."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tests.support.environment import build_env
from tests.support.processes import ROOT
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

STEPS = """\
import os
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


def write(app):
    with app.app_context():
        db.create_all()
        db.session.execute(db.text("CREATE TABLE books (title TEXT)"))
        db.session.commit()
    os.makedirs(app.instance_path)
"""
PROFILE = """\
version: 1
config: [{use: values, with: {SQLALCHEMY_DATABASE_URI: "sqlite:////FOLDER/shop.db"}}]
extensions:
  - {use: database, with: {db: {$import: "shop:db"}}}
  - shop:write
"""


def test_what_python_imported_as_it_started_is_replaced_too(tmp_path: Path) -> None:
    """As an agent that instruments every process has it: nothing of the app's is written to."""
    folder = tmp_path / "shop"
    files = {
        "pyproject.toml": '[tool.assembler]\npackage = "shop"\n',
        "shop.py": STEPS,
        "profiles/web.yaml": PROFILE.replace("/FOLDER", str(folder)),
        "start/sitecustomize.py": "import flask_sqlalchemy\nfrom sqlalchemy import create_engine\n",
    }
    write_files(folder, files)
    done = subprocess.run(
        [sys.executable, "-m", "assembler", "lint", "--deep", "profiles"],
        cwd=folder,
        env=build_env({"PYTHONPATH": f"{ROOT}:{folder / 'start'}", "HOME": str(tmp_path)}),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
    assert "1 profile; imported and assembled" in done.stderr
    assert not (folder / "shop.db").exists()
    assert not (folder / "instance").exists()
