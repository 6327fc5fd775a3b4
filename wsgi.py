"""Be what ``flask`` finds in this checkout, and what a server may be pointed at: ``wsgi:app``."""

from __future__ import annotations

from pathlib import Path

from assembler.entry.wsgi import load_app

__all__ = ["app"]

app = load_app(default=Path(__file__).parent / "profiles" / "web.yaml")
