"""Run the revisions, under the database's lock and with a check afterwards."""

from __future__ import annotations

from assembler.database.migration import run_environment

run_environment()
