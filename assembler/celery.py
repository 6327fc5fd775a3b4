"""Provide the profile's Celery instance: ``celery -A assembler.celery worker``.

The environment variable ``ASSEMBLER_PROFILE`` names the profile.
"""

from __future__ import annotations

from assembler.entry.celery import load_celery

__all__ = ["app"]

app = load_celery()
