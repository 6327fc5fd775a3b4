"""Follow the pages that show files and commands, from top to bottom, as a reader would."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.processes import ROOT
from tests.support.projects import write_files
from tests.support.walkthrough import Walkthrough

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess
    from tests.support.redis import RedisServer

# What a reader has before each page, by its name.
SHOP = {
    "pyproject.toml": '[tool.assembler]\npackage = "shop"\n\n[tool.pytest]\npythonpath = ["."]\n',
    "shop.py": """\
from flask import Blueprint, current_app

blueprint = Blueprint("shop", __name__)


@blueprint.get("/")
def index():
    return current_app.config["GREETING"]


@blueprint.cli.command("greet")
def greet():
    print(current_app.config["GREETING"])
""",
}
OWN_SHOP = {
    "shop.py": """\
from flask import Blueprint, Flask, current_app

blueprint = Blueprint("shop", __name__)


@blueprint.get("/")
def index():
    return current_app.config["GREETING"]


def create_app():
    app = Flask(__name__)
    app.config["GREETING"] = "hello"
    app.config.from_prefixed_env("SHOP")
    app.register_blueprint(blueprint, url_prefix="/shop")
    return app
""",
}
WITH_REDIS = {
    "tutorial.md": {},
    "celery.md": {
        "pyproject.toml": SHOP["pyproject.toml"],
        "shop/__init__.py": "",
        "shop/tasks.py": """\
from celery import shared_task


@shared_task
def poll(): ...


@shared_task
def clean_up(): ...
""",
    },
}
PAGES = {
    "../README.md": OWN_SHOP,
    "howto/config-per-environment.md": SHOP,
    "howto/debug.md": SHOP,
    "howto/gunicorn.md": SHOP,
    "howto/lint-is-wrong.md": SHOP,
    "howto/order.md": SHOP,
    "howto/secrets.md": SHOP,
    "howto/several-apps.md": SHOP,
    "howto/test.md": SHOP,
}


@pytest.mark.prepared
@pytest.mark.parametrize("page", WITH_REDIS)
def test_page_with_a_worker_can_be_followed(
    page: str, tmp_path: Path, process: StartProcess, redis_server: RedisServer
) -> None:
    """As those below, with a broker."""
    write_files(tmp_path, WITH_REDIS[page])
    reader = Walkthrough(tmp_path, process, {"BROKER_URL": redis_server.url})

    reader.follow((ROOT / "docs" / page).read_text("utf-8"))


@pytest.mark.prepared
@pytest.mark.parametrize("page", PAGES)
def test_page_can_be_followed(page: str, tmp_path: Path, process: StartProcess) -> None:
    """Its files are written, its commands run, and they print what it shows."""
    folder = tmp_path / "project"
    write_files(folder, PAGES[page])
    reader = Walkthrough(folder, process)

    reader.follow((ROOT / "docs" / page).read_text("utf-8"))
