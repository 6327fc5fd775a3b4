"""`show --origin` names the config keys that files set, with their lines, and runs none of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.processes import run_cli
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = """\
version: 1
app: {{with: {{import_name: shop, instance_relative_config: true}}}}
config:
  - use: file
    with: {{path: {path}}}
"""
INSTANCE = "config.py, relative_to: instance, optional: true"


@pytest.mark.parametrize(
    ("path", "file", "text"),
    [
        (INSTANCE, "src/instance/config.py", "import os\nTITLE = os.abort()\nlower = 1\n"),
        ("../shop.cfg", "shop.cfg", "if True:\n    TITLE = 'x'\n"),
        ("../shop.json", "shop.json", '{"lower": 1,\n "TITLE": "x"}'),
        ("../shop.toml, table: a.b", "shop.toml", "[a.b]\nTITLE = 'x'\n"),
        ("shop.yaml, relative_to: root", "shop.yaml", "other: 1\nTITLE: s3cr3t-w0rd-22\n"),
        ("../.env", ".env", "# export\nexport TITLE=x\n"),
    ],
)
def test_keys_of_a_file_have_their_lines(path: str, file: str, text: str, tmp_path: Path) -> None:
    """Also one in the instance folder, which Flask looks for beside the package; no value."""
    policy = '[tool.assembler]\npythonpath = ["src"]\n'
    files = {"src/shop/__init__.py": "", "pyproject.toml": policy, file: text}
    write_files(tmp_path, {**files, "profiles/web.yaml": PROFILE.format(path=path)})
    show = ["-m", "assembler", "show", "--origin", "profiles/web.yaml"]

    said = run_cli(show, tmp_path)
    read = json.loads(run_cli([*show, "--output-format", "json"], tmp_path).stdout)

    *_, head, line = said.stdout.splitlines()
    assert head == "# the file of the config step 'file' sets:"
    assert line.split() == ["#", "TITLE", "#", f"{file}:2"]
    assert read["config[0].with.path"]["sets"] == {"TITLE": {"path": file, "line": 2}}
    assert "s3cr3t" not in said.stdout


@pytest.mark.parametrize("text", ["TITLE = (", "\0", "lower = 1\n", None])
def test_file_that_sets_nothing_is_left_out(text: str | None, tmp_path: Path) -> None:
    """It is broken, or not there, which other commands say."""
    write_files(tmp_path, {"profiles/web.yaml": PROFILE.format(path=INSTANCE), "shop.py": ""})
    write_files(tmp_path, {} if text is None else {"instance/config.py": text})

    said = run_cli(["-m", "assembler", "show", "--origin", "profiles/web.yaml"], tmp_path)

    assert said.returncode == 0, said.stderr
    assert "sets:" not in said.stdout
