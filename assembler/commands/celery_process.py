"""Become one of Celery's own commands, with the app of a profile."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.entry.celery_command import parse_celery_command
from assembler.entry.profile_choice import VARIABLE
from assembler.language.condition import is_installed
from assembler.planning.loading import load_plan
from assembler.serving.celery_pool import find_pool_fault
from assembler.serving.role import find_celery_role_fault

__all__ = ["become_celery"]


def become_celery(
    name: str, profile: str, arguments: tuple[str, ...], policy_file: str | None
) -> NoReturn:
    """Replace this process by ``celery`` with its command ``name``, for the app of ``profile``.

    Celery patches for its pool before it imports anything of the app, which takes a new process.

    Args:
        name: ``worker`` or ``beat``.
        profile: The profile, as it was written.
        arguments: What Celery's command gets.
        policy_file: The value of ``--policy``.

    Raises:
        ProfileError: if the profile is wrong, of another role, or Celery is not installed.
    """
    arguments = arguments[arguments[:1] == ("--",) :]
    command = parse_celery_command([name, *arguments])
    plan = load_plan(profile, policy_file=policy_file, pool=command.pool).plan
    faults = [find_celery_role_fault(plan.profile, name), find_pool_fault(plan)]
    found = [fault for fault in faults if fault is not None]
    if not is_installed("celery"):
        message = 'the package "celery" is not installed'
        hint = 'Run `pip install "flask-assembler[celery]"`.'
        found.append(codes.PACKAGE_MISSING.at(Place(profile), message, hint=hint))
    if found:
        raise ProfileError(found)
    os.environ[VARIABLE] = profile
    if policy_file is not None:
        os.environ["ASSEMBLER_POLICY"] = str(Path(policy_file).absolute())
    pool = [] if name == "beat" or command.pool is not None else ["--pool", plan.pool or "prefork"]
    celery = ["-m", "celery", "--app", "assembler.celery", name, *pool, *arguments]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *celery])  # noqa: S606 - no shell is needed
