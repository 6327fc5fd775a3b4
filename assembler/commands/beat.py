"""Run Celery's beat with a profile's app."""

from __future__ import annotations

from assembler.commands.celery_process import build_celery_command

__all__ = ["command"]

TEXT = """\
Run Celery's beat with the app of PROFILE, whose role is beat.

It sends what `beat_schedule` of the step `celery` says. ARGUMENTS are those of `celery beat`.
"""
EPILOG = """\b
Examples:
  assembler beat profiles/beat.yaml
  assembler beat profiles/beat.yaml -- --schedule /var/lib/shop/beat
"""

command = build_celery_command("beat", "Run Celery's beat with a profile's app.", TEXT, EPILOG)
