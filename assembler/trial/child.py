"""Try one profile in a process that is there for nothing else; findings go to a pipe."""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.planning.loading import load_plan
from assembler.runners.parent_death import die_with_parent
from assembler.runners.server_metrics import forget_folder
from assembler.trial.isolation import Guard, find_reachable, isolate_network
from assembler.trial.judging import Judge
from assembler.trial.stand_in import Afterwards, Databases, Instances

__all__ = ["carry_out"]


def carry_out() -> None:
    """Carry out the request on standard input; findings go to the pipe that it names.

    Ends the process. Whatever the app prints is the caller's to catch.
    """
    request = json.load(sys.stdin)
    pipe = request["pipe"]
    _prepare_process(pipe)
    databases = Databases(Path(request["folder"]), request["database_url"])
    judge = Judge(pipe, request["profile"], databases)
    judge.enter(Place(request["profile"]), "the profile was loaded")
    try:
        _isolate(request["database_url"], judge)
        instances = Instances(Path(request["folder"]))
        changes = {
            "flask.sansio.app": instances.change,
            "sqlalchemy.engine.create": databases.change,
        }
        Afterwards(changes).install()
        status = _try_profile(request, judge)
    except Exception:  # noqa: BLE001 - the linter reports it as a defect of ours
        judge.tell(defect=traceback.format_exc())
        status = 70
    # Threads that the app left behind would keep the process.
    os._exit(status)


def _prepare_process(pipe: int) -> None:
    """Leave no files behind, and report the stack after a crash."""
    import resource  # noqa: PLC0415 - not on every system

    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.set_inheritable(pipe, False)  # noqa: FBT003 - its only argument
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.enable(pipe, all_threads=False)


def _isolate(database_url: str | None, judge: Judge) -> None:
    reachable = find_reachable(database_url)
    # A database that is not a file is reached through the real network.
    isolation = "database" if reachable.hosts else "hook"
    if not reachable.hosts and isolate_network():
        isolation = "namespace"
    # Where the linter is killed; another user namespace would take that back.
    die_with_parent(signal.SIGKILL, os.getppid())
    Guard(judge.note_reached, reachable, guards_internet=isolation != "namespace").install()
    judge.tell(isolation=isolation)


def _try_profile(request: dict[str, Any], judge: Judge) -> int:
    from assembler.trial.booting import boot  # noqa: PLC0415 - it imports the servers

    env = dict(os.environ)
    forget_folder()
    if "DATABASE_URL" in env:  # for code that reads it past the profile
        stand_in = f"sqlite:///{Path(request['folder'], 'database.sqlite')}"
        os.environ["DATABASE_URL"] = request["database_url"] or stand_in
    try:
        loaded = load_plan(request["profile"], env=env, policy_file=request["policy_file"])
        boot(loaded, request["profile"], judge)
    except ProfileError as error:
        judge.tell_failure(error)
    except SystemExit as leaving:
        judge.tell_left(leaving)
    judge.tell(done=True)
    return 0
