"""Return real profiles to start from, and the project in which they are linted."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.support.processes import ROOT
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PROFILE", "load_seeds", "write_project"]

PROFILE = "profiles/fuzzed.yaml"  # nothing stands beside it, or each input would lint that too
LIMIT_SEED_BYTES = 16 * 1024
PROJECT = {
    "pyproject.toml": '[tool.assembler]\npackage = "shop"\nallow_files = ["."]\n',
    "shop/__init__.py": "def create_flask(import_name):\n    raise NotImplementedError\n",
    "shop/models.py": "from flask_sqlalchemy import SQLAlchemy\n\ndb = SQLAlchemy()\n",
    "shop/auth.py": "from flask import Blueprint\n\nblueprint = Blueprint('auth', __name__)\n",
    "shop/ext_mail.py": "def init_app(app, *, sender=None):\n    app.config['SENDER'] = sender\n",
    "shop/settings.py": "class Production:\n    DEBUG = False\n",
    "shop/broken.py": "def (\n",
}


def load_seeds() -> list[bytes]:
    """Return every profile of the tests, of the apps there, and the project's own.

    Their bases stand one folder up: `write_project` puts them there.
    """
    tests = ROOT / "tests"
    folders = [tests / "profiles", tests / "apps", tests / "support" / "shop", ROOT / "profiles"]
    files = sorted({file for folder in folders for file in folder.rglob("*.yaml")})
    sources = [file.read_bytes() for file in files]
    return [
        source.replace(b"bases/", b"../bases/")
        for source in sources
        if len(source) <= LIMIT_SEED_BYTES
    ]


def write_project(folder: Path) -> None:
    """Write a project with the bases of the valid profiles, and a folder for the one fuzzed."""
    write_files(folder, PROJECT)
    (folder / PROFILE).parent.mkdir()
    shutil.copytree(ROOT / "tests" / "profiles" / "valid" / "bases", folder / "bases")
