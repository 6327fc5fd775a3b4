"""Provide ``wsgi:app`` to the ``flask`` command in this checkout, and to servers."""

from __future__ import annotations

from pathlib import Path

from assembler.entry.wsgi import load_app

__all__ = ["app"]

app = load_app(default=Path(__file__).parent / "profiles" / "web.yaml")
