"""Run the revisions."""

from assembler.database.environment import run_environment

run_environment()
