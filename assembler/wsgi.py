"""Provide ``assembler.wsgi:app`` to WSGI servers and to the ``flask`` command.

The profile is the file that the environment variable ``ASSEMBLER_PROFILE`` names.
"""

from __future__ import annotations

from assembler.entry.wsgi import load_app

__all__ = ["app"]

# A real attribute: some servers look it up in the module's dictionary.
app = load_app()
