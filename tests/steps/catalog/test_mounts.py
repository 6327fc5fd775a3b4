"""The catalogue step `mounts`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler import create_app
from tests.support.processes import http_get
from tests.support.projects import HEAD, get_diagnostics, in_folder, write_files
from tests.support.served import Served

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess

PROJECT = {
    "parts.py": """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    seen = [environ[key] for key in ("SCRIPT_NAME", "PATH_INFO", "REMOTE_ADDR")]
    return [" ".join(seen).encode()]

def add_pages(app, said="own"):
    @app.get("/page")
    def page():
        return said

class Resource:
    def init_app(self, app):
        self.app = app

    def close(self):
        print("closed", self.app.import_name)

resource = Resource()
""",
    "below/inner.yaml": """version: 1
app: {with: {import_name: inner}}
extensions:
  - {use: "parts:add_pages", with: {said: {$argument: said, default: inner}}}
  - {use: "parts:resource", close: close}
""",
    "inner.py": "",
}
STEP = """extensions:
  - parts:add_pages
  - use: mounts
    with:
      paths:
        /old: {$import: "parts:application"}
        /old/deeper: below/inner.yaml
  - {use: proxy_fix, with: {x_for: 1}}
"""


def test_each_path_is_answered_by_its_app(process: StartProcess, tmp_path: Path) -> None:
    """By a real server; the client's address is what the proxy says, below the paths, too."""
    write_files(tmp_path, PROJECT)
    served = Served.start_unready(process, tmp_path, f"{STEP}server: {{use: gunicorn}}\n")
    served.process.wait_for_http(f"{served.url}/page")

    bodies = [served.get(path).text for path in ("/page", "/old/deeper/page")]
    seen = http_get(f"{served.url}/old/a/b", headers={"X-Forwarded-For": "10.1.2.3"}).text

    assert bodies == ["own", "inner"]
    assert seen == "/old /a/b 10.1.2.3"
    assert served.get("/older").status == 404
    assert served.process.terminate() == 0
    assert "closed inner" in served.process.stdout


def test_a_mounted_profile_gets_the_caller_s_arguments(tmp_path: Path) -> None:
    """Which the one that mounts it need not know."""
    write_files(tmp_path, {**PROJECT, "profile.yaml": HEAD + STEP, "project.py": ""})
    with in_folder(tmp_path):
        app = create_app("profile.yaml", arguments={"said": "asked"}, env={})

    assert app.test_client().get("/old/deeper/page").text == "asked"
    app.extensions["assembler"].close()


@pytest.mark.parametrize(
    ("paths", "code", "line", "message"),
    [
        ("/in: gone.yaml", "ASM121", 4, 'the profile "gone.yaml" to mount does not exist'),
        ("/in: profile.yaml", "ASM301", 4, '"profile.yaml" mounts itself'),
        ("/in: below/bad.yaml", "ASM502", 2, "no extension is called 'databse'"),
        ("/in: parts:application", "ASM205", 4, "expected a WSGI app, as {$import"),
        ("in: gone.yaml", "ASM205", 4, "expected a path that starts with a slash"),
        ("/in/: gone.yaml", "ASM205", 4, "expected a path that starts with a slash"),
        ("/in: '${INNER:-below/inner.yaml}'", "ASM306", 4, "`${…}` is not allowed in `paths`"),
    ],
)
def test_what_cannot_be_mounted_is_told_where_it_is_written(
    tmp_path: Path, paths: str, code: str, line: int, message: str
) -> None:
    """A path, a profile, or what is in it."""
    bad = {"below/bad.yaml": "version: 1\nextensions: [databse]\n"}
    text = f"extensions:\n  - {{use: mounts, with: {{paths: {{{paths}}}}}}}\n"

    (found,) = get_diagnostics(tmp_path, text, {**PROJECT, **bad})

    assert (found.code, found.place.span.line) == (code, line)
    assert message in found.message
