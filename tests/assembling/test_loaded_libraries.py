"""Test that a library that would block the event loop is told of when the app starts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.support.processes import run_cli
from tests.support.projects import HEAD, write_files
from tests.support.scripts import run_script
from tests.support.served import Served

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess

# The name of the module is not written anywhere that linting looks at.
LOADS = """\
from importlib import import_module


def load(app):
    import_module("grp" + "c")


def load_driver(app):
    import_module("psy" + "copg2")
"""
SCRIPT = """
import json, logging, sys
logging.basicConfig(stream=sys.stderr)
from assembler import create_app
app = create_app(sys.argv[1])
print(json.dumps(app.extensions["assembler"].notes))
"""


def test_a_loaded_library_without_its_patch_is_told_of(tmp_path: Path) -> None:
    """At the patch `gevent`; not where the library's own patch runs, or gevent's does not."""
    steps = "extensions: ['loads:load', 'loads:load_driver']\n"
    files = {
        "loads.py": LOADS,
        "missing.yaml": f"{HEAD}patches: [gevent]\n{steps}",
        "applied.yaml": f"{HEAD}patches: [gevent, grpc, psycopg2]\n{steps}",
        "plain.yaml": f"{HEAD}{steps}",
    }
    write_files(tmp_path, files)
    missing, applied, plain = (
        run_script(SCRIPT, f"{name}.yaml", folder=tmp_path)
        for name in ("missing", "applied", "plain")
    )

    assert [note.partition("[")[0] + note.partition("] ")[2] for note in missing] == [
        f"missing.yaml:3:11: warning{library} is loaded, and would block the event loop: "
        f"the patch '{patch}' is not applied [patch-missing]"
        for library, patch in (("gRPC", "grpc"), ("psycopg2", "psycopg2"))
    ]
    assert (applied, plain) == ([], [])


def test_linting_by_trial_says_it_too(tmp_path: Path) -> None:
    """Once, also where it can be seen without one."""
    files = {
        "loads.py": LOADS + "import grpc\n",
        "web.yaml": f"{HEAD}patches: [gevent]\nextensions: ['loads:load']\n",
    }
    write_files(tmp_path, files)
    done = run_cli(["-m", "assembler", "lint", "--deep", "web.yaml"], tmp_path)
    assert done.stdout.count("ASM423") == 1, done


def test_a_server_says_it_at_the_start(process: StartProcess, tmp_path: Path) -> None:
    """In its log, and in the report."""
    write_files(tmp_path, {"loads.py": LOADS})
    text = "patches: [gevent]\nextensions: ['tests.runner_app:add_routes', 'loads:load']\n"
    served = Served.start(process, tmp_path, text)
    (report,) = served.wait_for_reports(1)
    assert "gRPC is loaded" in json.dumps(report["notes"])
    assert "ASM423" in served.process.stderr
