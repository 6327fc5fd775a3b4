"""Run the shop's revisions."""

from __future__ import annotations

from assembler.migrating.migration import run_environment

run_environment()
