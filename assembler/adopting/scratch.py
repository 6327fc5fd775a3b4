"""Keep a process from changing anything: no network, empty databases, a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from assembler.runners.parent_death import die_with_parent
from assembler.trial.isolation import Guard, find_reachable, isolate_network
from assembler.trial.stand_in import Afterwards, Databases, Instances

__all__ = ["prepare_process"]


def prepare_process() -> dict[str, Any]:
    """Read the request on standard input, and work in its folder from now on.

    Modules are found where the request has them. Unless the request allows the network, there is
    none, and every database is an empty SQLite file.
    """
    request: dict[str, Any] = json.load(sys.stdin)
    folder = Path(request["folder"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.set_inheritable(request["pipe"], False)  # noqa: FBT003 - its only argument
    sys.dont_write_bytecode = True
    sys.path[:] = request["paths"]
    os.chdir(folder)
    changes = {"flask.sansio.app": Instances(folder).change}
    if not request["allow_network"]:
        is_isolated = isolate_network()
        Guard(lambda _address: None, find_reachable(None), not is_isolated).install()
        changes["sqlalchemy.engine.create"] = Databases(folder, None).change
    # Another user namespace would take that back.
    die_with_parent(signal.SIGKILL, os.getppid())
    Afterwards(changes).install()
    return request
