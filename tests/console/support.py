"""Make apps with a console, and open it as a browser does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import assembler
from tests.support.projects import write_files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flask import Flask
    from werkzeug.test import Client, TestResponse

    from assembler.report import PatchesMode

__all__ = ["ROOT", "TOKEN", "build_app", "get_json", "make_tables", "open_console"]

ROOT = "/_assembler"
TOKEN = "a-token-of-the-tests-1234"  # noqa: S105 - of the tests
STEPS = f"extensions: [{{use: console, with: {{token: {TOKEN}}}}}]\n"


def build_app(
    folder: Path,
    text: str = STEPS,
    files: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    patches: PatchesMode = "assume",
) -> Flask:
    """Assemble the app of a profile in this process; by default its console has `TOKEN`.

    Only with the patches ``apply``, of which it must have none, its boot is recorded.
    """
    head = "version: 1\napp: {with: {import_name: tests.runner_app}}\n"
    write_files(folder, {"web.yaml": head + text, **(files or {})})
    return assembler.create_app(folder / "web.yaml", patches=patches, env=env)


def open_console(client: Client, path: str = "/", token: str = TOKEN) -> TestResponse:
    """Ask for a page with the token in a header, as a program does."""
    return client.get(ROOT + path, headers={"Authorization": f"Bearer {token}"})


def get_json(client: Client, path: str) -> Any:  # noqa: ANN401 - whatever it says
    """Return the data of a page."""
    answer = open_console(client, f"/api/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json


def make_tables(app: Flask) -> None:
    """Make the tables that are declared until now, as a step."""
    with app.app_context():
        app.extensions["sqlalchemy"].create_all()
