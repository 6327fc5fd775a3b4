"""Run the store's revisions."""

from __future__ import annotations

from assembler.database.migration import run_environment

run_environment()
