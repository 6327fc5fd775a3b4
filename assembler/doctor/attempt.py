"""Examine a profile in a forked process: it may hang or crash, and each attempt begins anew."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

from assembler.doctor.examination import Row, iter_rows
from assembler.doctor.form import Examined, Verdict
from assembler.rendering.console import write_error
from assembler.runners.parent_death import die_with_parent
from assembler.runners.server_metrics import forget_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["attempt", "is_well"]

CHUNK_BYTES = 65536


def attempt(
    profile: str, policy_file: str | None, env: Mapping[str, str], limit_seconds: float
) -> list[Row]:
    """Return what the checks found; forks, so no thread may be running.

    Args:
        profile: The file.
        policy_file: The value of ``--policy``.
        env: The environment.
        limit_seconds: After this the check in progress has failed; the process is killed.
    """
    pipe, their_pipe = os.pipe()
    parent, pid = os.getpid(), os.fork()
    if pid == 0:
        os.close(pipe)
        _examine(Examined(profile, policy_file, env), their_pipe, parent)
    os.close(their_pipe)
    ending: str | None = f"no answer within {limit_seconds:g} s"
    try:
        said, has_ended = _read(pipe, time.monotonic() + limit_seconds)
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)  # it may not lead its group yet
        os.close(pipe)
        os.waitpid(pid, 0)
    if has_ended:
        ending = None if {"done": True} in said else "the process crashed"
    return _collect(said, ending)


def is_well(rows: list[Row]) -> bool:
    """Return whether nothing has failed."""
    return all(row.verdict != Verdict.FAILED for row in rows)


def _examine(examined: Examined, pipe: int, parent: int) -> NoReturn:
    """Run the checks, write each row to the pipe as it is found, and end this process."""
    try:
        os.setsid()
        if not die_with_parent(signal.SIGKILL, parent):
            os._exit(0)
        os.dup2(2, 1)  # standard output is for the result, not for what the app prints
        os.environ["ASSEMBLER_CANARY"] = "1"
        forget_folder()

        def write(told: dict[str, Any]) -> None:
            os.write(pipe, f"{json.dumps(told)}\n".encode())

        for row in iter_rows(examined, lambda name: write({"begins": name})):
            write({"row": row})
        write({"done": True})
        sys.stdout.flush()
    except Exception:  # noqa: BLE001 - nobody is above: the checks' own faults are findings
        write_error(traceback.format_exc().rstrip())
    finally:
        os._exit(0)


def _read(pipe: int, deadline: float) -> tuple[list[dict[str, Any]], bool]:
    """Return what was told, and whether that is all; otherwise the deadline has passed."""
    said = bytearray()
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([pipe], [], [], left)[0]:
            break
        chunk = os.read(pipe, CHUNK_BYTES)
        if not chunk:
            return [json.loads(line) for line in said.splitlines()], True
        said += chunk
        if said.endswith(b'{"done": true}\n'):  # whoever the app has started may hold the pipe
            return [json.loads(line) for line in said.splitlines()], True
    whole = said[: said.rfind(b"\n") + 1]
    return [json.loads(line) for line in whole.splitlines()], False


def _collect(said: list[dict[str, Any]], ending: str | None) -> list[Row]:
    rows = [Row(*one["row"]) for one in said if "row" in one]
    if ending is not None:
        begun = [one["begins"] for one in said if "begins" in one]
        remedy = "Look at what this check does, and raise `--timeout` if it only needs longer."
        rows.append(Row(begun[-1] if begun else "profile", Verdict.FAILED, ending, remedy))
    return rows
