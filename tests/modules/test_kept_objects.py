"""Test that what a module's text shows of it is what patching finds once it is loaded."""

from __future__ import annotations

from contextlib import chdir
from typing import TYPE_CHECKING

import pytest

from assembler.modules.kept_objects import KEEPERS, REPLACED, find_kept
from assembler.modules.module_index import ModuleIndex
from tests.support.scripts import run_script, write_files

if TYPE_CHECKING:
    from pathlib import Path

PRELUDE = """
import json, sys
from assembler.patching.late import find_late_modules
from assembler.steps.patches.gevent import PATCH, GeventOptions

"""
KEEP = {
    "name": "from time import sleep",
    "renamed": "from threading import Lock as Guard",
    "several": "from subprocess import PIPE, run",
    "object": "import threading\n\nguard = threading.RLock()",
    "renamed_module": "import queue as lines\n\njobs = lines.Queue()",
    "in_try": "try:\n    from socket import create_connection\nexcept ImportError:\n    pass",
    "library": "import requests",
    "deep": "from shop.name import sleep as pause",
}
KEEP_NOT = {
    "modules": "import os, queue, select, socket, ssl, threading, time",
    "in_function": "def wait():\n    from time import sleep\n    import requests\n    sleep(1)",
    "for_types": (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from threading import Lock"
    ),
    "other_names": "from time import time\nfrom os import path",
    "other_objects": "import threading\n\nlongest = threading.TIMEOUT_MAX",
    "in_class": "import threading\n\nclass Jobs:\n    guard = threading.Lock()",
}


def write_shop(folder: Path) -> ModuleIndex:
    """Write the modules into the package ``shop``, and give the index of them."""
    texts = {**KEEP, **KEEP_NOT, "__init__": ""}
    write_files(folder, {f"shop/{name}.py": f"{text}\n" for name, text in texts.items()})
    return ModuleIndex([str(folder)])


@pytest.mark.parametrize("name", [*KEEP, *KEEP_NOT])
def test_kept_objects_match_what_loading_keeps(tmp_path: Path, name: str) -> None:
    """And the other way round."""
    modules = write_shop(tmp_path)
    with chdir(tmp_path):
        kept = list(find_kept(modules, f"shop.{name}"))

    script = (
        f"{PRELUDE}import shop.{name}\nprint(json.dumps(find_late_modules(PATCH, GeventOptions())))"
    )
    late = run_script(script, folder=tmp_path)

    assert bool(kept) is bool(late) is (name in KEEP)


def test_replaced_names_are_those_of_gevent(tmp_path: Path) -> None:
    """So that nothing is reported that patching would not mind."""
    script = f"""{PRELUDE}
names = [one.name for one in PATCH.find_replaced(GeventOptions())]
print(json.dumps(names))
"""
    replaced = set(run_script(script, folder=tmp_path))
    named = {f"{module}.{name}" for module, names in REPLACED.items() for name in names}
    assert named <= replaced


@pytest.mark.parametrize("library", ["redis", "requests", "urllib3"])
def test_keepers_keep_an_ssl_context(tmp_path: Path, library: str) -> None:
    """Those that are here to be tried."""
    assert library in KEEPERS
    script = (
        f"{PRELUDE}import {library}\nprint(json.dumps(find_late_modules(PATCH, GeventOptions())))"
    )
    assert any("ssl.SSLContext" in keeps for _, keeps, _ in run_script(script, folder=tmp_path))


def test_kept_object_names_its_chain_of_imports(tmp_path: Path) -> None:
    """By module and line, the import that loads it last."""
    modules = write_shop(tmp_path)
    (kept, *_) = find_kept(modules, "shop.deep")
    assert kept.module == "shop.name"
    assert [(module.name, one.line) for module, one in kept.chain] == [
        ("shop.deep", 1),
        ("shop.name", 1),
    ]
