"""A module that was loaded before the patch, and keeps what it replaces, is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from assembler.diagnostics import codes
from tests.support.processes import ROOT
from tests.support.scripts import run_script, write_files

if TYPE_CHECKING:
    from pathlib import Path

PRELUDE = """
import json, sys
from assembler.patching.late import find_late_modules, render_late_modules
from assembler.steps.patches.gevent import PATCH, GeventOptions

def report(**options):
    late = find_late_modules(PATCH, GeventOptions(**options))
    print(json.dumps([list(each[:2]) for each in late]))

"""
# What the facts call clean, and what the core depends on.
CLEAN = (
    "alembic.command",
    "celery.app",
    "click",
    "dotenv",
    "flask",
    "flask_migrate",
    "flask_sqlalchemy",
    "greenlet",
    "grpc",
    "gunicorn.app.wsgiapp",
    "gunicorn.workers.gthread",
    "jinja2",
    "psycopg2",
    "pydantic",
    "sqlalchemy.ext.declarative",
    "ssl",
    "werkzeug.serving",
    "yaml",
)

# What a module of a project may do, and what it then keeps.
KEPT = [
    ("from time import sleep", "time.sleep"),
    ("from socket import socket as sock", "socket.socket"),
    ("from socket import getaddrinfo", "socket.getaddrinfo"),
    ("from threading import Event", "threading.Event"),
    ("from subprocess import Popen", "subprocess.Popen"),
    ("from subprocess import check_output", "subprocess.check_output"),
    ("from select import epoll", "select.epoll"),
    ("from queue import Queue", "queue.Queue"),
    ("from os import fork", "os.fork"),
    ("import threading; data = threading.local()", "threading.local object"),
    ("import threading; lock = threading.Lock()", "threading.Lock object"),
    ("import threading; lock = threading.RLock()", "threading.RLock object"),
    ("import queue; jobs = queue.Queue()", "queue.Queue object"),
    (
        "import ssl\nclass Context(ssl.SSLContext): pass",
        "subclass of ssl.SSLContext",
    ),
    (
        "import ssl\ncontext = ssl.create_default_context()",
        "ssl.SSLContext object",
    ),
]
KEEPS_NOTHING = [
    "import time, socket, ssl, threading, subprocess, queue, select, os, signal",
    "from subprocess import CompletedProcess, PIPE, TimeoutExpired",
    "from threading import RLock, current_thread",
    "from time import monotonic, perf_counter",
    "from socket import AF_INET, SOCK_STREAM",
    "from concurrent.futures import ThreadPoolExecutor",
    "from logging import getLogger; log = getLogger(__name__)",
]


def _report(source: str, folder: Path) -> Any:  # noqa: ANN401 - any JSON
    return run_script(PRELUDE + source, folder=folder, is_forked=True)


def test_libraries_that_patch_well_are_not_late(tmp_path: Path) -> None:
    """They may be loaded before the patch: they keep nothing that breaks afterwards."""
    assert _report(f"import {', '.join(CLEAN)}\nreport()", tmp_path) == []


# A step imports them when it is reached, and Celery's command its own.
LATER = (
    "assembler.celery",
    "assembler.steps.redis_clients",
    "assembler.steps.sentry_client",
    "assembler.steps.server_sessions",
)


def test_no_module_of_ours_is_late(tmp_path: Path) -> None:
    """All of assembler may be loaded before the patch, its commands and runners as well."""
    source = f"""
import importlib, pathlib
root = pathlib.Path({str(ROOT)!r})
for file in sorted(root.joinpath("assembler").rglob("*.py")):
    name = ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
    # These run, make an app, or warn.
    is_later = name in {LATER!r}
    if not is_later and not name.endswith((".__main__", ".wsgi", ".forms")):
        importlib.import_module(name)
report()
"""
    assert _report(source, tmp_path) == []


@pytest.mark.parametrize("library", ["requests", "urllib3"])
def test_a_library_that_keeps_ssl_is_late(library: str, tmp_path: Path) -> None:
    """Gevent warns of these, and they recurse or block later; a package is named once."""
    ((module, keeps),) = _report(f"import {library}\nreport()", tmp_path)

    assert module.partition(".")[0] == "urllib3"
    assert keeps == "an unpatched ssl.SSLContext"


def test_gevent_itself_warns_of_what_is_called_late_for_ssl(tmp_path: Path) -> None:
    """What is refused for ssl is what gevent's own warning names."""
    late, warned = _report(
        """
import warnings
import requests
late = find_late_modules(PATCH, GeventOptions())
from gevent import monkey
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    monkey.patch_all()
print(json.dumps([late[0].module, str(caught[0].message)]))
""",
        tmp_path,
    )

    assert late in warned


def _write_shop(lines: list[str], folder: Path) -> list[str]:
    """Write a package with a module for each of ``lines``; give the modules' names."""
    files = {f"shop/part{index:02}.py": f"{line}\n" for index, line in enumerate(lines)}
    write_files(folder, {"shop/__init__.py": "", **files})
    return [f"shop.part{index:02}" for index in range(len(lines))]


def test_a_project_module_that_keeps_anything_is_late(tmp_path: Path) -> None:
    """In the project's own modules whatever the patch would replace counts."""
    modules = _write_shop([line for line, _ in KEPT], tmp_path)

    found = _report(f"import {', '.join(modules)}\nreport()", tmp_path)

    assert found == [
        [module, f"an unpatched {keeps}"] for module, (_, keeps) in zip(modules, KEPT, strict=True)
    ]


def test_a_project_module_that_keeps_nothing_is_not_late(tmp_path: Path) -> None:
    """A module that is looked up when it is used, and what the patch leaves alone, are well."""
    modules = _write_shop(KEEPS_NOTHING, tmp_path)

    assert _report(f"import {', '.join(modules)}\nreport()", tmp_path) == []


def test_what_is_not_asked_for_is_not_late(tmp_path: Path) -> None:
    """A module may keep what this profile leaves unpatched."""
    write_files(tmp_path, {"shop.py": "from time import sleep\nfrom socket import getaddrinfo\n"})

    assert _report("import shop\nreport(time=False, dns=False)", tmp_path) == []


def test_what_was_loaded_after_the_patch_is_not_late(tmp_path: Path) -> None:
    """In a patched process only what was there before still keeps an original."""
    write_files(
        tmp_path, {"early.py": "from time import sleep\n", "shop.py": "from time import sleep\n"}
    )

    found = _report(
        """
import early
from gevent import monkey
monkey.patch_all()
import shop, requests
report()
""",
        tmp_path,
    )

    assert found == [["early", "an unpatched time.sleep"]]


def test_a_folder_of_installed_packages_is_not_the_project(tmp_path: Path) -> None:
    """What was installed beside its metadata, as `pip install --target` does, is a library.

    It may keep a lock, as libraries do, but no `SSLContext`.
    """
    write_files(
        tmp_path,
        {
            "vendor/acme/__init__.py": "from threading import Lock\n",
            "vendor/acme/https.py": "from threading import Lock\nfrom ssl import SSLContext\n",
            "vendor/acme-1.0.dist-info/METADATA": "Name: acme\n",
        },
    )

    locks, contexts = (
        _report(f'sys.path.append("vendor")\nimport {module}\nreport()', tmp_path)
        for module in ("acme", "acme.https")
    )

    assert locks == []
    assert contexts == [["acme.https", "an unpatched ssl.SSLContext"]]


def test_looking_wakes_no_lazy_module_and_no_proxy(tmp_path: Path) -> None:
    """The search reads what is there: it loads nothing, and asks no proxy what it stands for."""
    write_files(
        tmp_path,
        {
            "sleepy.py": "raise SystemExit('woken')\n",
            "shop.py": """
                class Proxy:
                    @property
                    def __class__(self):
                        raise SystemExit("asked")

                proxy = Proxy()
                """,
        },
    )

    found = _report(
        """
import importlib.util
import shop
spec = importlib.util.find_spec("sleepy")
spec.loader = importlib.util.LazyLoader(spec.loader)
sys.modules["sleepy"] = module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
report()
""",
        tmp_path,
    )

    assert found == []


def test_a_late_module_is_refused_with_the_imports_that_loaded_it(tmp_path: Path) -> None:
    """The diagnostic stands at the patch, and names module, remedy, and each import's line."""
    write_files(
        tmp_path,
        {
            "shop/__init__.py": "",
            "shop/web.py": "\nfrom shop import settings\n",
            "shop/settings.py": '"""Settings."""\n\nimport requests\n',
        },
    )

    found, patched = run_script(
        """
        import json, sys
        import shop.web
        from assembler.diagnostics.diagnostic import Place, ProfileError, Span
        from assembler.steps.patches import get_patch
        from assembler.planning.patch_calls import PatchCall
        from assembler.patching.applying import apply_patches
        place, patch = Place("web.yaml", Span(3, 5, 3, 11)), get_patch("gevent")
        try:
            apply_patches([PatchCall(patch, patch.options(), place)], find_place=lambda: place)
        except ProfileError as error:
            (found,) = error.diagnostics
            related = [[str(each.place), each.message] for each in found.related]
            from gevent import monkey
            print(json.dumps([[found.code, str(found.place), found.message, found.hint, related],
                              bool(monkey.saved)]))
        """,
        folder=tmp_path,
    )

    code, place, message, hint, related = found
    assert code == codes.PATCH_TOO_LATE.number
    assert place == "web.yaml:3:5"
    assert message.startswith("module 'urllib3.util.ssl_' was loaded before the patch and keeps")
    assert "move the import at shop/settings.py:3" in hint
    assert related[:3] == [
        ["main_script.py:3:1", "'__main__' imports 'shop.web' here"],
        ["shop/web.py:2:1", "'shop.web' imports 'shop.settings' here"],
        ["shop/settings.py:3:1", related[2][1]],
    ]
    assert related[-1][1].endswith("imports 'urllib3.util.ssl_' here")
    assert patched is False


def test_a_late_module_that_nothing_imports_shows_its_file(tmp_path: Path) -> None:
    """A module loaded by a name that is computed has no chain; its file is given."""
    write_files(tmp_path, {"shop.py": "from time import sleep as pause\n"})

    message, hint, related = _report(
        """
import importlib
importlib.import_module("sh" + "op")
((rendered),) = render_late_modules(find_late_modules(PATCH, GeventOptions()))
print(json.dumps([rendered.message, rendered.hint, [str(rendered.related[0].place)]]))
""",
        tmp_path,
    )

    assert message == (
        "module 'shop' was loaded before the patch and keeps an unpatched time.sleep as 'pause'"
    )
    assert hint == "Import 'shop' only after the patches are applied."
    assert related == ["shop.py:1:1"]
