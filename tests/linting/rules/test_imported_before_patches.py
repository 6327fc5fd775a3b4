"""Test what is loaded before the patches: that it is found, and that running refuses just that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found
from tests.support.processes import ROOT, run_cli
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

RULE = "imported-before-patches"
LATE = """\
from time import sleep

from gunicorn.glogging import Logger


def post_fork(arbiter, worker):
    pass
"""
FINE = LATE.replace("from time import sleep", "import time")
HEAD = "version: 1\npatches: [gevent]\n"
BY_IMPORT = HEAD + "server: {with: {post_fork: {$import: 'shop.hooks:post_fork'}}}\n"
BY_CLASS = HEAD + "server: {with: {logger_class: {$import: 'shop.hooks:Logger'}}}\n"
# What `assembler run` has loaded when it starts the workers, and what that keeps.
SCRIPT = """
from assembler.patching.late import find_late_modules
from assembler.steps.patches.gevent import PATCH, GeventOptions
from assembler.runners import gunicorn
from assembler.runners.loading import Overrides, load_serving

gunicorn.Arbiter(gunicorn.Application(load_serving("web.yaml", Overrides())))
print([late.module for late in find_late_modules(PATCH, GeventOptions())])
"""


def lint(folder: Path, profile: str, hooks: str, **files: str) -> list[str]:
    """Lint a profile of a project whose module ``shop.hooks`` is ``hooks``."""
    texts = {f"shop/{name}.py": text for name, text in files.items()}
    written = {"web.yaml": profile, "shop/__init__.py": "", "shop/hooks.py": hooks, **texts}
    return render_found(lint_files(folder, written, RULE))


def find_late_by_running(folder: Path) -> str:
    """Return the modules that come too late when the profile is served."""
    (folder / "script.py").write_text(SCRIPT, "utf-8")
    done = run_cli(["script.py"], folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("profile", "column"), [(BY_IMPORT, 38), (BY_CLASS, 41)], ids=["hook", "class"]
)
def test_what_gunicorns_master_imports_is_found(tmp_path: Path, profile: str, column: int) -> None:
    """By whatever way it is named; serving refuses the same module."""
    said = "'shop.hooks' is imported before the patches, and keeps an unpatched time.sleep"
    assert lint(tmp_path, profile, LATE) == [f"web.yaml:3:{column} {said}"]
    assert find_late_by_running(tmp_path) == "['shop.hooks']"


@pytest.mark.parametrize("profile", [BY_IMPORT, BY_CLASS])
def test_what_keeps_nothing_may_be_imported_early(tmp_path: Path, profile: str) -> None:
    """Serving does not mind it either."""
    assert lint(tmp_path, profile, FINE) == []
    assert find_late_by_running(tmp_path) == "[]"


def test_the_imports_that_lead_to_it_are_shown(tmp_path: Path) -> None:
    """Through the modules of the project, to the library."""
    files = {
        "web.yaml": BY_IMPORT,
        "shop/__init__.py": "",
        "shop/hooks.py": "import os\n\nfrom shop import metrics\n",
        "shop/metrics.py": "import requests\n",
    }
    (found,) = lint_files(tmp_path, files, RULE)
    assert found.message == (
        "'shop.hooks' is imported before the patches, and loads 'requests', which keeps an "
        "unpatched ssl.SSLContext"
    )
    assert [(str(one.place), one.message) for one in found.related] == [
        ("shop/hooks.py:3:1", "'shop.hooks' imports 'shop' here"),
        ("shop/metrics.py:1:1", "'shop.metrics' imports 'requests' here"),
    ]
    assert found.hint == "Import 'requests' inside the function of 'shop.metrics' that uses it."


@pytest.mark.parametrize(
    ("hooks", "hint"),
    [
        (LATE, "Write `import time` there, and `time.sleep` where it is used."),
        (
            "import threading\n\nguard = threading.Lock()\n",
            "Create it inside the function of 'shop.hooks' that uses it.",
        ),
        (
            "import requests\n",
            "Import 'requests' inside the function of 'shop.hooks' that uses it.",
        ),
    ],
)
def test_the_remedy_fits_what_is_kept(tmp_path: Path, hooks: str, hint: str) -> None:
    """A name, an object, a library."""
    files = {"web.yaml": BY_IMPORT, "shop/__init__.py": "", "shop/hooks.py": hooks}
    (found,) = lint_files(tmp_path, files, RULE)
    assert found.hint == hint


@pytest.mark.parametrize(
    "profile",
    [
        "version: 1\nserver: {with: {post_fork: {$import: 'shop.hooks:post_fork'}}}\n",
        BY_IMPORT.replace("[gevent]", "[{use: gevent, when: false}]"),
        BY_IMPORT.replace("[gevent]", "[{use: gevent, with: {time: false}}]"),
        HEAD + "extensions: [shop.hooks]\n",
        HEAD + "app: {use: 'shop.hooks:Logger'}\n",
        HEAD + "config: [{use: object, with: {target: shop.hooks}}]\n",
        HEAD + "server: {with: {proc_name: shop.hooks.x, post_fork: '.', logger_class: a..b}}\n",
        HEAD + "server: {with: {post_fork: {$import: 'not a reference'}}}\n",
    ],
)
def test_what_is_not_patched_or_comes_later_is_left_alone(tmp_path: Path, profile: str) -> None:
    """Steps are reached once the process is patched."""
    assert lint(tmp_path, profile, LATE) == []


VAULT = """\
from time import sleep

from assembler.steps.forms import Source

SOURCE = Source("vault", "Read secrets.", None, lambda context, options: {})
"""
ENTRY = "[assembler.config_sources]\nvault = vault:SOURCE\n"
BY_FLASK = "'wsgi' is imported before the patches by the `flask` command"
ENV = {"PYTHONPATH": f"{ROOT}:installed"}
WSGI = """\
from pathlib import Path

{early}
from assembler.entry.wsgi import load_app

app = load_app(default=Path(__file__).parent / "web.yaml")
{late}
"""


def test_a_source_that_a_distribution_adds_is_looked_into(tmp_path: Path) -> None:
    """Its module is loaded to know the source, and so before the patches."""
    files = {
        "pyproject.toml": "[tool.assembler]\n",
        "web.yaml": f"{HEAD}config: [vault]\n",
        "vault.py": VAULT,
        "installed/vault-1.0.dist-info/entry_points.txt": ENTRY,
    }
    write_files(tmp_path, files)
    done = run_cli(["-m", "assembler", "lint", "--select", RULE, "web.yaml"], tmp_path, ENV)
    assert done.stdout.splitlines()[0] == (
        "web.yaml:3:10: warning[ASM424] 'vault' is imported before the patches, and keeps an "
        f"unpatched time.sleep [{RULE}]"
    )
    done = run_cli(["-m", "assembler", "flask", "web.yaml", "routes"], tmp_path, ENV)
    assert "module 'vault' was loaded before the patch" in done.stderr


@pytest.mark.parametrize(
    ("early", "late", "is_found"),
    [("import shop.hooks", "", True), ("", "import shop.hooks", False)],
)
def test_what_the_flask_command_loads_first_is_found(
    tmp_path: Path, early: str, late: str, *, is_found: bool
) -> None:
    """What a `wsgi.py` imports above the app, and not below; the command refuses just that."""
    files = {
        "web.yaml": HEAD + "app: {with: {import_name: shop}}\n",
        "wsgi.py": WSGI.format(early=early, late=late),
        "shop/__init__.py": "",
        "shop/hooks.py": LATE,
    }
    found = lint_files(tmp_path, files, RULE)
    assert [one.message for one in found] == (
        [f"{BY_FLASK}, and loads 'shop.hooks', which keeps an unpatched time.sleep"]
        if is_found
        else []
    )
    done = run_cli(["-m", "flask", "routes"], tmp_path)
    assert (done.returncode != 0) is is_found, done.stderr
    assert ("[ASM404]" in done.stderr) is is_found


def test_a_wsgi_file_of_another_profile_is_left_alone(tmp_path: Path) -> None:
    """It loads that one."""
    files = {
        "job.yaml": HEAD,
        "wsgi.py": WSGI.format(early="import shop.hooks", late=""),
        "shop/__init__.py": "",
        "shop/hooks.py": LATE,
    }
    assert lint_files(tmp_path, files, RULE) == []
