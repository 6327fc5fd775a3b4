"""Run Celery's worker with a profile's app."""

from __future__ import annotations

from assembler.commands.celery_process import build_celery_command

__all__ = ["command"]

TEXT = """\
Run Celery's worker with the app of PROFILE, whose role is worker.

The pool, its concurrency and the queues are the profile's, unless ARGUMENTS, which are those of
`celery worker`, say otherwise. A pool of processes assembles the app in each of them.
"""
EPILOG = """\b
Examples:
  assembler worker profiles/worker.yaml
  assembler worker profiles/worker.yaml -- -Q mail -c 4
"""

command = build_celery_command("worker", "Run Celery's worker with a profile's app.", TEXT, EPILOG)
